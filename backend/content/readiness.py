"""What an article needs before it is handed in, and again before it is published; every fault at once."""

import asyncio

from backend.content import cleaning, guards
from backend.content.draft import Draft
from backend.content.models import Campaign
from backend.content.watched_words import all_words
from backend.errors import FieldError, Invalid
from media import published


def not_ready(faults: list[FieldError]) -> Invalid:
    return Invalid("article_not_ready", "文章还有要补充或者改正的地方，请按提示修改后再试。", fields=faults)


async def check_ready(draft: Draft) -> None:
    """Raises Invalid with every missing field, file that is gone, and finding that must be mended first."""
    faults = missing(draft)
    files = [*cleaning.files_in(draft.html), *(each.file_id for each in draft.attachments)]
    if not await published.files_exist(files):
        faults.append(FieldError("html", "file_not_found", "有图片或者附件已经不在了，请重新上传。"))
    if draft.cover_id is not None and not await published.has_cover(draft.cover_id):
        faults.append(FieldError("cover_id", "cover_not_cut", "请把封面裁成两种形状：横幅和方形。"))
    if draft.campaign_id is not None and not await Campaign.exists(id=draft.campaign_id):
        faults.append(FieldError("campaign_id", "campaign_not_found", "这个宣传活动已经没有了，请重新选择。"))
    found = await asyncio.to_thread(guards.findings, draft, await all_words())  # a long text takes a while
    faults += [FieldError(each.where, each.kind, each.advice) for each in found if each.must]
    if faults:
        raise not_ready(faults)


def missing(draft: Draft) -> list[FieldError]:
    """What has to be filled in; a person who is shown has agreed, and it is written down how (charter 10)."""
    faults = []
    if not draft.summary:
        faults.append(FieldError("summary", "required", "请填写摘要，读者在列表里会看到。"))
    if draft.cover_id is None:
        faults.append(FieldError("cover_id", "required", "请选一张封面。"))
    if not draft.attachments and not cleaning.text_of(draft.html).strip() and not cleaning.files_in(draft.html):
        faults.append(FieldError("html", "required", "正文还是空的，请写好后再送审。"))
    if draft.shows_person and not draft.consent_note:
        faults.append(FieldError("consent_note", "required", "文中有具体的人，请写明本人是怎样同意的。"))
    return faults
