"""Asking a nominee: in the app whom the register knows by name and phone and who has an account, else by a call."""

from datetime import date, timedelta
from uuid import UUID

from backend import clock
from backend.awards import seasons
from backend.awards.awards import awards
from backend.citizens import access_log
from backend.citizens.models import Account, Citizen
from backend.database import transaction
from backend.errors import Conflict
from backend.nominations import nominees
from backend.nominations.content import About
from backend.nominations.ending import end
from backend.nominations.erasing import erase_nominee
from backend.nominations.matching import matched
from backend.nominations.models import NominatedPerson, Nominee
from backend.nominations.nominees import about_of, add_step, hold, holder_of, nominee_changed, nominee_for, own_nominee
from backend.nominations.stories import ASKING, ready
from backend.notifications import inbox
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff

DAYS_TO_ANSWER = 7  # in the app; then somebody calls
NOTICE = "nominee_asked"  # the kind of the notice
PURPOSE = "nominee_asking"  # of every look


def asked_before() -> Conflict:
    return Conflict("nominee_already_asked", "已经征求过这位被推荐人的意见，不用重复。")


def not_ready() -> Conflict:
    return Conflict("nominee_not_ready", "要展示的内容还不完整，或者写有电话、证件号。请先整理事迹，再征求本人意见。")


def same_person() -> Conflict:
    """The other one may have said no: who said no in a season is not asked in it again."""
    return Conflict(
        "same_person",
        "这位和本届另一位被推荐人是同一个人。请把推荐并到那一位名下；那一位已经表示不参加的，不再征求意见。",
    )


def own_words_only() -> Conflict:
    return Conflict("self_nomination", "推荐人就是本人。不能推荐自己，也没有别人推荐，所以不能征求意见。")


async def ask(vault: Vault, staff: Staff, nominee_id: UUID, version: int) -> Nominee:
    """Put the question: a notice and seven days in the app, or a call. A minor is not asked: it ends and is erased.

    Raises Forbidden (permission, her own), NotFound, Conflict (asked before, not ready, changed since `version`, the
    same person as another nominee, season_not_open).
    """
    nominee = await nominee_for(staff, nominee_id)
    about = about_of(vault, nominee)
    _check(nominee, version, about)
    citizen = nominee.citizen
    if citizen is None and about is not None:
        citizen = await matched(vault, about.name, about.contact)
    async with transaction():
        await hold(nominee_id, *([citizen.id] if citizen else []))
        if citizen is not None:
            await tie(staff, nominee, citizen)
        if citizen is not None and clock.today() < citizen.adult_on:
            await end_minor(vault, staff, nominee)
        else:
            await _put(staff, nominee, citizen)
        await audit.record(staff, "nominee.ask", holder_of(nominee_id))
    return await nominees.nominee_for(staff, nominee_id)


def _check(nominee: Nominee, version: int, about: About | None) -> None:
    seasons.require_phase(nominee.season, *ASKING)
    if nominee.state != "gathered":
        raise asked_before()
    if nominee.version != version:
        raise nominee_changed()
    if not ready(about, nominee.township):
        raise not_ready()


async def tie(staff: Staff, nominee: Nominee, citizen: Citizen) -> None:
    """Know a nominee as this citizen, in the caller's transaction, which holds both; her log shows who reads.

    Raises Forbidden for the staff user herself, Conflict same_person, self_nomination, nominee_changed.
    """
    if citizen.number_digest == staff.user.own_number_digest:
        raise own_nominee()
    others = Nominee.filter(season_id=nominee.season_id, citizen_id=citizen.id)
    if await others.exclude(id=nominee.id).exists():
        raise same_person()
    named = await NominatedPerson.filter(nominee_id=nominee.id).select_related("nomination")
    if all(each.nomination.citizen_id == citizen.id for each in named):
        raise own_words_only()
    if nominee.citizen_id is None:
        here = Nominee.filter(id=nominee.id, version=nominee.version, citizen_id=None)
        if not await here.update(citizen_id=citizen.id):
            raise nominee_changed()
        await access_log.look(staff.reader, [citizen.id], purpose=PURPOSE, about=holder_of(nominee.id))


async def end_minor(vault: Vault, staff: Staff, nominee: Nominee) -> None:
    """Nobody under eighteen is judged, and nothing is kept of one (charter 9); in the caller's transaction."""
    if not await end(nominee, "removed", staff_id=staff.id, erase_on=clock.today()):
        raise nominee_changed()
    await erase_nominee(vault, nominee.id)


async def _put(staff: Staff, nominee: Nominee, citizen: Citizen | None) -> None:
    in_app = citizen is not None and await Account.filter(citizen_id=citizen.id).exists()
    now = clock.now()
    answer_by = clock.local_date(now) + timedelta(days=DAYS_TO_ANSWER) if in_app else None
    here = Nominee.filter(id=nominee.id, state="gathered", version=nominee.version)
    columns = {"state": "asked", "version": nominee.version + 1, "asked_at": now, "answer_by": answer_by}
    if not await here.update(changed_at=now, **columns):
        raise nominee_changed()
    await add_step(nominee.id, "asked" if in_app else "to_call", staff_id=staff.id)
    if citizen is not None and answer_by is not None:
        await inbox.tell([_notice(nominee, citizen.id, answer_by)])


def _notice(nominee: Nominee, citizen_id: UUID, answer_by: date) -> inbox.NewNotice:
    award, season = awards()[nominee.season.award].name, nominee.season.name
    body = (
        f"有人推荐您参加{award}（{season}）。参加不参加由您决定，请先看看会展示哪些内容，再一项一项选择同意或者不同意。"
        f"到 {answer_by.month} 月 {answer_by.day} 日还没有答复的，工作人员会给您打电话。"
        "您答复之前，不会向任何居民展示；不参加，对您没有任何影响，资料会在 30 天内删除。"
    )
    return inbox.compose(citizen_id, NOTICE, "有人推荐了您，请您决定", body, holder_of(nominee.id))
