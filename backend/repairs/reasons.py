"""Why evidence is sent back, asked about or taken back: kept lists of sentences that the citizen reads."""

from collections.abc import Mapping

from backend.errors import Invalid
from backend.repairs.models import ASKED, REJECTED, REVERSED

OTHER = "other"  # says nothing by itself, so it needs words
LEAST_OTHER_WORDS = 5
MOST_WORDS = 300

REJECT: Mapping[str, str] = {
    "photos_unclear": "照片看不清，没办法核对您做的事。换清楚的照片可以再次提交。",
    "not_hers": "材料里看不出是您本人参加的。有写着您姓名的材料，可以再次提交。",
    "not_voluntary": "这件事是工作职责或者领取了报酬，不能算作志愿服务。",
    "times_wrong": "填写的时间与材料对不上。请核对后再次提交。",
    "counted_already": "同一件事已经计算过一次，不能重复计算。",
    "organisation_unknown": "没有核实到您填写的单位。请核对单位名称后再次提交。",
    "too_old": "这件事距今太久，已经超过提交期限。",
    OTHER: "原因写在审核员的说明里，请打开这份材料查看。",
}

ASK: Mapping[str, str] = {
    "clearer_photo": "请换一张清楚的照片，要看得清现场、日期或者盖章。",
    "more_photos": "请再补几张照片，让我们看得出您做了什么。",
    "times_missing": "请补充开始和结束的时间。",
    "certificate_missing": "请补充服务证明、收据或者证书的照片或编号。",
    OTHER: "要补充什么，写在审核员的说明里，请打开这份材料查看。",
}

REVERSE: Mapping[str, str] = {
    "found_wrong": "经过核查，材料与实际情况不一致。",
    "counted_twice": "经过核查，同一件事已经计算过一次。",
    "forged": "经过核查，材料不是真实的。",
    OTHER: "原因写在经办人的说明里，请打开这份材料查看。",
}

# By the step that each leads to.
REASONS: Mapping[str, Mapping[str, str]] = {REJECTED: REJECT, ASKED: ASK, REVERSED: REVERSE}


def reason_unknown() -> Invalid:
    return Invalid("reason_unknown", "请从列出的原因里选一项。")


def words_needed() -> Invalid:
    return Invalid("words_needed", f"选“其他”时，请写明原因，至少 {LEAST_OTHER_WORDS} 个字。")


def words_too_long() -> Invalid:
    return Invalid("words_too_long", f"说明最多 {MOST_WORDS} 个字，请写短一些。")


def sentence_of(kind: str, reason: str | None) -> str | None:
    """What a citizen reads of a reason under a step of this kind; None for a step that has none."""
    return REASONS.get(kind, {}).get(reason or "")


def checked_words(words: str) -> str:
    """The words without blanks around them. Raises Invalid when there are more than 300 characters."""
    words = words.strip()
    if len(words) > MOST_WORDS:
        raise words_too_long()
    return words


def check_reason(kind: str, reason: str, words: str) -> None:
    """Raises Invalid for a reason that is not on the list of `kind`, and for `other` with hardly a word."""
    if reason not in REASONS[kind]:
        raise reason_unknown()
    if reason == OTHER and len(words) < LEAST_OTHER_WORDS:
        raise words_needed()
