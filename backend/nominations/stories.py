"""What a nominee is asked to agree to: the story that others would see, put in order by a moderator beforehand.

Once she was asked, it changes only by asking her anew: her yes is to these words and pictures and to no others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from backend import clock
from backend.awards import seasons
from backend.awards.phases import Phase
from backend.citizens.person_name import parse_name
from backend.content.private_numbers import private_numbers
from backend.database import transaction
from backend.errors import Conflict, FieldError, Invalid, invalid_fields
from backend.nominations import nominations, nominees
from backend.nominations.content import MOST_STORY, About
from backend.nominations.matching import person_digest
from backend.nominations.models import Nominee
from backend.nominations.nomination_faults import LONGEST
from backend.nominations.nominees import add_step, named_in, nominee_changed, nominee_for
from backend.nominations.townships import TOWNSHIPS
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff
from media.intake import MOST_PICTURES, pictures_of
from media.models import Picture

ASKING: tuple[Phase, ...] = ("nominating", "checking", "judging")  # whoever is asked later could not be judged
BEFORE_JUDGING: tuple[Phase, ...] = ("nominating", "checking")
ASKED = ("asked", "agreed")
WRITABLE = ("gathered", *ASKED)
_SHOWN = ("name", "unit", "story")  # what others would read


@dataclass(frozen=True)
class Changes:
    """What stands about a nominee from now on. `anew`: she was asked already and will be asked again."""

    name: str
    unit: str
    township: str
    contact: str
    story: str
    pictures: tuple[UUID, ...] = ()
    anew: bool = False


def asked_before() -> Conflict:
    return Conflict(
        "nominee_asked_before",
        "已经拿这些内容征求过本人意见。要改，请勾选“修改后重新征求本人意见”：原来的同意不再算数，答复之前也不会展示。",
    )


def not_to_change() -> Conflict:
    return Conflict("nominee_not_changeable", "这位被推荐人的推荐已经结束或者已经评定，内容不能再改。")


async def write_story(vault: Vault, staff: Staff, nominee_id: UUID, changes: Changes, version: int) -> Nominee:
    """Put these words and pictures in the place of the old ones. Whoever was asked is asked anew before they are seen.

    Raises Forbidden, NotFound, Invalid with every fault at once, Conflict (asked before and not `anew`, changed since
    `version`, ended, season_not_open).
    """
    nominee = await nominee_for(staff, nominee_id)
    # Whom the committee judges already keeps the words that it judges by.
    seasons.require_phase(nominee.season, *(BEFORE_JUDGING if nominee.state == "agreed" else ASKING))
    if nominee.state not in WRITABLE:
        raise not_to_change()
    if nominee.state in ASKED and not changes.anew:
        raise asked_before()
    if wrong := faults(changes, [each.id for each in await pictures_to_choose(vault, nominee)]):
        raise invalid_fields(wrong)
    about = About(**{name: getattr(changes, name) for name in About.__struct_fields__})
    again = {"state": "gathered", "asked_at": None, "answer_by": None, "answered_at": None}
    async with transaction():
        here = Nominee.filter(id=nominee_id, state=nominee.state, version=version)
        moved = await here.update(
            **(again if nominee.state in ASKED else {}),
            version=version + 1,
            about_hidden=nominees.hide_about(vault, about),
            township=changes.township,
            person_digest=person_digest(vault, changes.name, changes.township),
            changed_at=clock.now(),
        )
        if not moved:
            raise nominee_changed()
        await add_step(nominee_id, "rewritten" if nominee.state in ASKED else "written", staff_id=staff.id)
        await audit.record(staff, "nominee.story", nominees.holder_of(nominee_id), anew=str(int(changes.anew)))
    return await nominee_for(staff, nominee_id)


async def pictures_to_choose(vault: Vault, nominee: Nominee) -> list[Picture]:
    """The pictures that her nominators sent, without photographed letters and what is deleted."""
    people = (await named_in(nominee.id))[nominee.id]
    told = [each.nomination for each in people if not nominations.content_of(vault, each.nomination).letter]
    holders = list(dict.fromkeys(nominations.holder_of(each.id) for each in told))
    held = await pictures_of(*holders) if holders else {}
    return [picture for holder in holders for picture in held[holder] if picture.deleted_at is None]


def faults(changes: Changes, to_choose: Sequence[UUID]) -> list[FieldError]:
    """Every fault of what would be shown, private numbers in it, too (charter 10)."""
    found = []
    try:
        parse_name(changes.name)
    except Invalid as error:
        found.append(FieldError("name", error.code, "请写真实的完整姓名，2 至 50 个字，不要用符号或者 * 代替。"))
    for name in ("unit", "contact"):
        found += _length(name, getattr(changes, name), LONGEST[name])
    if changes.township not in TOWNSHIPS:
        found.append(FieldError("township", "not_a_choice", "请从列表里选一个乡镇（街道）；不在本县的选“其他”。"))
    found += _length("story", changes.story, MOST_STORY)
    for name in _SHOWN:
        found += [FieldError(name, each.kind, each.advice) for each in private_numbers(name, getattr(changes, name))]
    if len(set(changes.pictures)) > MOST_PICTURES or not set(changes.pictures) <= set(to_choose):
        found.append(FieldError("pictures", "no_such_picture", "有照片已经不在，或者太多，请重新选。"))
    return found


def ready(about: About | None, township: str) -> bool:
    """Whether she could be asked with these words: nothing that would be shown is missing."""
    if about is None:
        return False
    said = msgspec.structs.asdict(about)
    return not faults(Changes(**said, township=township), about.pictures)


def _length(name: str, text: str, most: int) -> list[FieldError]:
    if not text.strip():
        return [FieldError(name, "required", "请填写这一项。")]
    return [FieldError(name, "too_long", f"最多 {most:,} 个字，请缩短。")] if len(text) > most else []
