"""错敏词: the editable list of words that are pointed out before review, and the list that we ship."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tortoise.exceptions import IntegrityError
from uuid_utils.compat import uuid7

from backend import clock
from backend.content.draft_faults import invalid_fields, one_line
from backend.content.guards import KINDS, Word
from backend.content.models import WatchedWord
from backend.content.private_numbers import hidden  # the audit log can never be cleaned
from backend.database import transaction
from backend.database.bulk import insert_new_rows
from backend.errors import Conflict, FieldError, NotFound
from backend.staff import audit
from backend.staff.permissions import Staff, require

LONGEST_WORD = 30
LONGEST_ADVICE = 60
MOST_WORDS = 2_000  # of the list: one expression finds them all
_FILE = Path(__file__).with_name("watched_words.toml")
_MANAGE = "manage_words"


def no_such_word() -> NotFound:
    return NotFound("word_not_found", "词表里没有这个词，可能已经删除。")


def word_known() -> Conflict:
    return Conflict("word_known", "词表里已经有这个词。要改的话，请先删除再添加。")


def too_many_words() -> Conflict:
    return Conflict("too_many_words", f"词表最多 {MOST_WORDS} 个词，请先删去不用的。")


@cache
def shipped_words() -> tuple[Word, ...]:
    """The words that we ship, in the order of the file."""
    groups = tomllib.loads(_FILE.read_text(encoding="utf-8"))["words"]
    return tuple(Word(word, group["kind"], advice) for group in groups for word, advice in group["words"].items())


async def all_words() -> tuple[Word, ...]:
    """The words in force, in a fixed order. An empty list in the database means the words that we ship.

    Read anew each time: it is asked when an article is looked through, and what was removed must not go on refusing.
    """
    rows = await WatchedWord.all().order_by("word").values_list("word", "kind", "advice")
    return tuple(Word(*row) for row in rows) or shipped_words()


async def listed() -> Sequence[WatchedWord]:
    """The list with who added each word (`added_by`; None: shipped), newest first. Raises nothing."""
    if not await WatchedWord.exists():
        return [_row(each) for each in shipped_words()]
    return await WatchedWord.all().order_by("-added_at", "-id").select_related("added_by")


async def add(staff: Staff, word: str, kind: str, advice: str = "") -> WatchedWord:
    """Put a word on the list. Raises Forbidden, Invalid with every wrong field, Conflict for a known word."""
    require(staff, _MANAGE)
    word, advice = one_line(word), one_line(advice)
    _check(word, kind, advice)
    try:
        async with transaction():
            await _settle()
            if await WatchedWord.all().count() >= MOST_WORDS:
                raise too_many_words()
            row = await WatchedWord.create(
                word=word, kind=kind, advice=advice, added_by_id=staff.id, added_at=clock.now()
            )
            await audit.record(staff, "word.add", f"word:{row.id}", word=hidden(word), kind=kind)
    except IntegrityError as error:
        raise word_known() from error
    return row


async def remove(staff: Staff, word: str) -> None:
    """Take a word off the list. Raises Forbidden, NotFound."""
    require(staff, _MANAGE)
    async with transaction():
        await _settle()
        row = await WatchedWord.get_or_none(word=word)
        if row is None or not await WatchedWord.filter(id=row.id).delete():
            raise no_such_word()
        await audit.record(staff, "word.remove", f"word:{row.id}", word=hidden(word))


async def _settle() -> None:
    """Before the first change, the words that we ship become rows, so that each of them can be removed, too."""
    if await WatchedWord.exists():
        return
    rows = [(uuid7(), each.word, each.kind, each.advice, None, clock.now()) for each in shipped_words()]
    await insert_new_rows(WatchedWord, ("id", "word", "kind", "advice", "added_by_id", "added_at"), rows)


def _row(word: Word) -> WatchedWord:
    return WatchedWord(word=word.word, kind=word.kind, advice=word.advice, added_by_id=None, added_at=clock.now())


def _check(word: str, kind: str, advice: str) -> None:
    faults = []
    if not 2 <= len(word) <= LONGEST_WORD:
        faults.append(FieldError("word", "wrong_length", f"词语要有 2 到 {LONGEST_WORD} 个字。"))
    if kind not in KINDS:
        faults.append(FieldError("kind", "not_a_choice", "请选“错误用词”或者“请再看看”。"))
    if len(advice) > LONGEST_ADVICE:
        faults.append(FieldError("advice", "too_long", f"建议最多 {LONGEST_ADVICE} 个字。"))
    if faults:
        raise invalid_fields(faults)
