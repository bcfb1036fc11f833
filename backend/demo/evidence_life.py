"""Acting out the plan of evidence: handing in with photos, claiming, deciding, each through its real use case."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from backend import clock
from backend.citizens.models import Account, Citizen
from backend.demo.darkroom import Darkroom
from backend.demo.handed_in import HandedIn, Turn
from backend.demo.joining import Entrance
from backend.demo.life import Event
from backend.demo.photos.camera import Photo
from backend.demo.staff import at_work
from backend.repairs import deciding, review, submitting
from backend.repairs.content import kind_of
from backend.repairs.evidence import holder_of
from media import intake
from media.storage import Storage

_READING = timedelta(minutes=4)  # from the claim to the decision


@dataclass
class EvidenceLife:
    """Who hands in is one of `accounts`, by the stand-in's name of her WeChat."""

    entrance: Entrance
    accounts: Mapping[str, Account]
    storage: Storage
    darkroom: Darkroom
    picture_days: int
    _ids: dict[HandedIn, UUID] = field(default_factory=dict)

    def events(self, plan: Iterable[HandedIn]) -> Iterator[Event]:
        """Each handing in and each turn after it."""
        for each in plan:
            yield Event(each.moment, partial(self._hand_in, each))
            for turn in each.turns:
                yield Event(turn.moment, partial(self._take, each, turn))

    async def _hand_in(self, each: HandedIn) -> None:
        citizen, vault = self._citizen(each), self.entrance.vault
        pictures = await self._send(citizen, each.photos)
        evidence = await submitting.save_draft(vault, citizen, kind_of(each.content), each.content, pictures)
        self._ids[each] = evidence.id
        if not each.draft:
            await submitting.submit(vault, citizen, evidence.id)

    async def _take(self, each: HandedIn, turn: Turn) -> None:
        evidence_id = self._ids[each]
        if turn.deed == "withdraw":
            await submitting.withdraw(self._citizen(each), evidence_id)
        elif turn.deed == "answer":
            await self._answer(each, turn, evidence_id)
        elif turn.deed == "reverse":
            await self._reverse(turn, evidence_id)
        else:
            await self._review(turn, evidence_id)

    async def _answer(self, each: HandedIn, turn: Turn, evidence_id: UUID) -> None:
        citizen, vault = self._citizen(each), self.entrance.vault
        held = await intake.pictures_of(holder_of(evidence_id))
        pictures = [*(picture.id for picture in held[holder_of(evidence_id)]), *await self._send(citizen, turn.photos)]
        await submitting.change(vault, citizen, evidence_id, each.content, pictures)
        await submitting.submit(vault, citizen, evidence_id)

    async def _review(self, turn: Turn, evidence_id: UUID) -> None:
        """Claim, read, decide."""
        staff, vault, days = await at_work(turn.by), self.entrance.vault, self.picture_days
        await review.claim(staff, evidence_id)
        with clock.pinned(clock.now() + _READING):
            if turn.deed == "ask":
                await deciding.ask_for_more(vault, staff, evidence_id, turn.reason, turn.words)
            elif turn.deed == "reject":
                await deciding.reject(vault, staff, evidence_id, turn.reason, turn.words, picture_days=days)
            else:
                tenths = None if turn.hours is None else round(turn.hours * deciding.TENTHS)
                ledger = self.entrance.ledger
                await deciding.approve(ledger, vault, staff, evidence_id, tenths, turn.words, picture_days=days)

    async def _reverse(self, turn: Turn, evidence_id: UUID) -> None:
        staff, entrance = await at_work(turn.by), self.entrance
        say = {"reason": turn.reason, "words": turn.words}
        await deciding.reverse(
            entrance.ledger, entrance.vault, staff, evidence_id, **say, picture_days=self.picture_days
        )

    async def _send(self, citizen: Citizen, photos: Iterable[Photo]) -> list[UUID]:
        sent = []
        for photo in photos:
            data = await self.darkroom.made(photo)
            sent.append((await intake.take_in(self.storage, self.darkroom, citizen.id, data)).id)
        return sent

    def _citizen(self, each: HandedIn) -> Citizen:
        citizen = self.accounts[each.user].citizen
        if citizen is None:
            raise RuntimeError("who hands evidence in was bound before")
        return citizen
