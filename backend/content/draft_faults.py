"""Pure: a draft put in order, and every fault of it at once, in words for its editor."""

import re
import unicodedata

import msgspec
from msgspec.structs import FieldInfo

from backend.content import cleaning
from backend.content.channels import CHANNELS
from backend.content.characters import composed
from backend.content.draft import LONGEST_HTML, Attachment, Draft
from backend.errors import FieldError, Invalid

LABELS = {
    "title": "标题",
    "channel": "频道",
    "summary": "摘要",
    "source": "来源",
    "author": "作者",
    "campaign_id": "宣传活动",
    "tags": "标签",
    "cover_id": "封面",
    "html": "正文",
    "attachments": "附件",
    "about_failure": "失信案例",
    "shows_person": "出现个人",
    "consent_note": "同意情况",
}
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})  # control, direction and zero width; half a character
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what no database takes
_TOO_MUCH = re.compile(r"length <= (\d+)")
_TOO_LITTLE = re.compile(r"length >= (\d+)")


def invalid_fields(faults: list[FieldError]) -> Invalid:
    return Invalid("invalid_fields", "有内容填写不对，请按提示修改后再保存。", fields=faults)


def tidied(draft: Draft) -> Draft:
    """The same draft with clean html, texts on one line without what cannot be seen, each tag and attachment once.

    Raises Invalid with every field that keeps no limit or names no channel.
    """
    plain = msgspec.structs.replace(
        draft,
        **{name: one_line(getattr(draft, name)) for name in ("title", "summary", "source", "author", "consent_note")},
        tags=tuple(dict.fromkeys(filter(None, map(one_line, draft.tags)))),
        attachments=tuple({each.file_id: _named(each) for each in draft.attachments}.values()),
        html=_cleaned(draft.html) if len(draft.html) <= LONGEST_HTML else draft.html,
    )
    faults = limit_faults(plain)
    if faults:
        raise invalid_fields(faults)
    return plain


def limit_faults(draft: Draft) -> list[FieldError]:
    """Every field beyond its limits, by its path."""
    faults = [fault for field in msgspec.structs.fields(Draft) if (fault := _fault(field, draft))]
    if draft.channel not in CHANNELS:
        faults.append(FieldError("channel", "unknown_channel", "请从列出的频道里选一个。"))
    return faults


def one_line(text: str) -> str:
    """The text without line breaks, needless blanks and what cannot be seen, its characters written in one way."""
    seen = "".join(letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in _UNSEEN)
    return " ".join(composed(seen).split())


def _cleaned(html: str) -> str:
    return cleaning.clean(_UNKEEPABLE.sub("", html))


def _named(attachment: Attachment) -> Attachment:
    return msgspec.structs.replace(attachment, name=one_line(attachment.name))


def _fault(field: FieldInfo, draft: Draft) -> FieldError | None:
    value, label = msgspec.to_builtins(getattr(draft, field.name)), LABELS[field.name]
    try:
        msgspec.convert(value, field.type)
    except msgspec.ValidationError as error:
        many = "项" if "array" in str(error) else "个字"
        if found := _TOO_MUCH.search(str(error)):
            return FieldError(field.name, "too_long", f"{label}太长，最多 {found[1]} {many}。")
        if _TOO_LITTLE.search(str(error)):
            return FieldError(field.name, "required", f"请填写{label}。")
        return FieldError(field.name, "wrong_type", f"{label}的格式不对，请重新填写。")
    return None
