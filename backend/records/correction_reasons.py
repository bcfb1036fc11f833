"""Why a department corrects, takes back or restores a record of its own: kept lists of sentences that she reads."""

from collections.abc import Mapping

from backend.citizens.identity_number import carries_number
from backend.errors import FieldError, Invalid
from backend.spreadsheets.cells import clean

OTHER = "other"  # says nothing by itself, so it needs words
LEAST_OTHER_WORDS = 5
MOST_WORDS = 200

AMEND: Mapping[str, str] = {
    "written_wrong": "报送时有内容写错了。",
    "something_missing": "报送时有内容漏写了。",
    "document_amended": "原来的文书已经由作出的机关更正。",
    "review_changed": "经行政复议或者诉讼，原来的决定改变了。",
    "measures_changed": "正在执行的措施有了变化。",
    "objection_upheld": "经核实，您提出的异议成立。",
    OTHER: "部门说明了原因。",
}

WITHDRAW: Mapping[str, str] = {
    "document_revoked": "原来的文书已经被撤销。",
    "review_revoked": "经行政复议或者诉讼，原来的决定被撤销了。",
    "wrong_person": "这条记录说的不是您本人。",
    "filed_twice": "同一件事报送了两次。",
    "not_to_be_filed": "这件事按规定不应当报送。",
    "objection_upheld": "经核实，您提出的异议成立。",
    OTHER: "部门说明了原因。",
}

RESTORE: Mapping[str, str] = {
    "withdrawn_by_mistake": "这条记录先前撤回错了。",
    "revocation_reversed": "撤销原来文书的决定，又被依法撤销或者改变了。",
    OTHER: "部门说明了原因。",
}

# By the kind of change that each leads to.
REASONS: Mapping[str, Mapping[str, str]] = {"amend": AMEND, "withdraw": WITHDRAW, "restore": RESTORE}


def reason_unknown() -> Invalid:
    return _fault("reason", "reason_unknown", "请从列出的原因里选一项。")


def words_needed() -> Invalid:
    return _fault("words", "words_needed", f"选“其他”时，请写明原因，至少 {LEAST_OTHER_WORDS} 个字。")


def words_too_long() -> Invalid:
    return _fault("words", "words_too_long", f"说明最多 {MOST_WORDS} 个字，请写短一些。")


def number_in_words() -> Invalid:
    return _fault("words", "number_inside", "说明里不能写身份证号或手机号，请删去。")


def checked_words(kind: str, reason: str, words: str) -> str:
    """The words as a cell is cleaned (no marks that cannot be seen), for a reason of the list of `kind`.

    Raises Invalid for a reason that is not on it, for `other` with hardly a word, and for words that are too long or
    hold an identity or phone number: the citizen reads them.
    """
    words = clean(words)
    if reason not in REASONS[kind]:
        raise reason_unknown()
    if reason == OTHER and len(words) < LEAST_OTHER_WORDS:
        raise words_needed()
    if len(words) > MOST_WORDS:
        raise words_too_long()
    if carries_number(words):
        raise number_in_words()
    return words


def sentence_of(kind: str, reason: str) -> str:
    """What a citizen reads of a reason."""
    return REASONS[kind][reason]


def _fault(field: str, code: str, detail: str) -> Invalid:
    return Invalid(code, detail, fields=[FieldError(field, code, detail)])
