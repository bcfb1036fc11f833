"""What people are told of a result: the honoured, who were not chosen, who nominated them. No notice names anybody."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from backend.awards.awards import award
from backend.awards.models import Season
from backend.honours.honour_about import holder_of
from backend.honours.models import Honour
from backend.nominations import nominations, nominees
from backend.nominations.models import NominatedPerson, Nomination, Nominee
from backend.notifications import inbox
from backend.notifications.inbox import NewNotice

HONOURED, PASSED_OVER, RESULT, HANDED_OVER = (
    "honour_given",
    "nominee_passed_over",
    "season_result",
    "nominee_handed_over",
)


async def people_to_tell(season_id: UUID, states: Collection[str]) -> set[UUID]:
    """The citizens among the nominees in these states, and all who nominated in the season."""
    among = Nominee.filter(season_id=season_id, state__in=list(states), citizen_id__not_isnull=True)
    by = Nomination.filter(season_id=season_id, state="accepted", citizen_id__not_isnull=True)
    known = [each.citizen_id for each in await among.only("id", "citizen_id")]
    known += [each.citizen_id for each in await by.only("id", "citizen_id")]
    return {each for each in known if each is not None}


async def tell_result(season: Season, honours: Sequence[Honour], passed_over: Sequence[Nominee]) -> None:
    """Tell everybody of a result, in its transaction."""
    name = award(season.award).name
    notices = [to_honoured(season, each) for each in honours if each.citizen_id is not None]
    title = f"“{season.name}”公布了结果"
    thanks = (
        f"“{season.name}”已经公布结果，这一次没有授予您“{name}”。名额有限，这不表示您做得不好；"
        "谢谢您所做的一切，也谢谢您愿意参加。对您没有任何影响，有关资料半年后删除。"
    )
    notices += [
        inbox.compose(each.citizen_id, PASSED_OVER, title, thanks, nominees.holder_of(each.id))
        for each in passed_over
        if each.citizen_id is not None
    ]
    given = {each.nominee_id for each in honours}
    tellings = await _to_nominators(given, {each.id for each in passed_over})
    notices += [_to_nominator(season, *each) for each in tellings]
    await inbox.tell(sorted(notices, key=lambda each: each.citizen_id))


def to_honoured(season: Season, honour: Honour) -> NewNotice:
    """What the honoured person is told, once it is known who she is."""
    if honour.citizen_id is None:
        raise ValueError("nobody knows yet who this honour belongs to")
    name = award(season.award).name
    body = (
        f"祝贺您！您在“{season.name}”中获得“{name}”荣誉，编号 {honour.number}。在“我的荣誉”里可以保存证书，"
        "也可以随时让它不在光荣榜展示，这不影响荣誉本身。"
    )
    return inbox.compose(honour.citizen_id, HONOURED, f"您获得了“{name}”荣誉", body, holder_of(honour.id))


async def tell_handed_over(season: Season, handed_over: Sequence[Nominee], owner: str) -> None:
    """Tell who was handed over to the owner, and who nominated them, in that transaction."""
    name = award(season.award).name
    title = f"“{season.name}”的推荐线索已移交"
    body = f"您同意转交的推荐线索已经移交给{owner}，是否评为“{name}”由{owner}按规定决定，有消息会由他们告诉您。"
    notices = [
        inbox.compose(each.citizen_id, HANDED_OVER, title, body, nominees.holder_of(each.id))
        for each in handed_over
        if each.citizen_id is not None
    ]
    for nomination, count, _ in await _to_nominators({each.id for each in handed_over}, set()):
        said = (
            f"您的推荐（编号 {nomination.number}）里有 {count} 位被推荐人的线索，已经移交给{owner}，"
            f"由{owner}按规定评选。谢谢您的推荐。"
        )
        about = nominations.holder_of(nomination.id)
        notices += [inbox.compose(nomination.citizen_id, RESULT, title, said, about)] if nomination.citizen_id else []
    await inbox.tell(sorted(notices, key=lambda each: each.citizen_id))


def _to_nominator(season: Season, nomination: Nomination, given: int, passed_over: int) -> NewNotice:
    if nomination.citizen_id is None:
        raise ValueError("a unit reads the result on its own page")
    name = award(season.award).name
    said = [f"有 {given} 位获得“{name}”，可以在光荣榜看到愿意展示的人"] if given else []
    said += [f"有 {passed_over} 位这一次没有入选"] if passed_over else []
    body = f"您的推荐（编号 {nomination.number}）里，{'；'.join(said)}。谢谢您把好人好事告诉大家。"
    title = f"“{season.name}”公布了结果"
    return inbox.compose(nomination.citizen_id, RESULT, title, body, nominations.holder_of(nomination.id))


async def _to_nominators(given: Collection[UUID], passed_over: Collection[UUID]) -> list[tuple[Nomination, int, int]]:
    """Each citizen's nomination with how many of its people were given something, and how many were passed over."""
    people = NominatedPerson.filter(nominee_id__in=[*given, *passed_over], nomination__citizen_id__not_isnull=True)
    counts: dict[UUID, Counter[bool]] = defaultdict(Counter)
    for nomination_id, nominee_id in await people.values_list("nomination_id", "nominee_id"):
        counts[nomination_id][nominee_id in given] += 1
    rows = await Nomination.filter(id__in=list(counts)).order_by("id")
    return [(row, counts[row.id][True], counts[row.id][False]) for row in rows]
