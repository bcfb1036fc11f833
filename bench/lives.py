"""Writing the lives of made-up citizens by COPY: register, account, consents, enrolment, records, entries, score."""

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens import consent
from backend.citizens.models import Account, Citizen, Consent, RegisterPerson, Session
from backend.citizens.sessions import LASTS as SESSION_LASTS
from backend.database import open_database, transaction
from backend.database.bulk import insert_rows
from backend.points.chain import first_hash
from backend.points.enrolment import LASTS_MONTHS
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.posting import Entry, Posted, Tally, settle
from backend.points.rules import Fact
from backend.records.facts import FiledFact, fact_of
from backend.records.items import Item, items_of, version_in_force
from backend.records.models import CreditRecord
from backend.secrets import Vault, hash_token, new_token, open_vault
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from backend.workdays import months_after
from bench.made_up import Person, a_record, person

BOUND_AGO, ENROLLED_AGO, SETTLED_AGO = timedelta(days=730), timedelta(days=700), timedelta(days=330)
RENEWED_AGO = timedelta(days=185)  # the yes to having points, once


@dataclass(frozen=True)
class Frame:
    """What every citizen's rows refer to."""

    base: int
    batches: dict[str, UUID]  # by department
    names: dict[str, str]  # of departments
    agreed_texts: str
    now: datetime


@dataclass(frozen=True)
class Part:
    """Some citizens for one process: the first one's number, how many, about how many entries, phones signed in."""

    first: int
    citizens: int
    entries: int
    signed_in: int


class _Rows:
    """Rows of several tables on their way, each table's in the order in which foreign keys want them."""

    columns: dict[type[Any], tuple[str, ...]] = {  # noqa: RUF012 (never changed)
        RegisterPerson: ("number_digest", "name_digest", "phone_digest", "township", "loaded_at"),
        Citizen: ("id", "number_digest", "number_hidden", "name_hidden", "adult_on", "told_from", "created_at"),
        Account: (
            "id", "openid_digest", "openid_hidden", "citizen_id", "bound_at", "agreed_texts", "agreed_until",
            "created_at",
        ),
        Session: ("id", "token_hash", "account_id", "created_at", "expires_at"),
        Consent: ("id", "account_id", "text", "version", "given", "decided_at", "expires_at"),
        CreditRecord: (
            "id", "citizen_id", "department_id", "item_id", "item_code", "document_number", "document_date",
            "conduct_end", "publication_place", "quantity", "summary_hidden", "content_digest", "lapses_on", "state",
            "batch_id", "filed_at",
        ),
        Enrolment: ("id", "citizen_id", "adult_on", "enrolled_on", "enrolled_at", "expires_on"),
        Score: (
            "citizen_id", "enrolment_id", "base", "points", "parts", "entry_count", "head", "next_change_on",
            "coming", "changed_at",
        ),
        PointEntry: Entry._fields,
    }  # fmt: skip

    def __init__(self) -> None:
        self.of: dict[type[Any], list[tuple[Any, ...]]] = {model: [] for model in self.columns}

    async def write(self) -> None:
        async with transaction():
            for model, rows in self.of.items():
                await insert_rows(model, self.columns[model], rows)


class _Writer:
    """Makes the rows of one citizen after the other."""

    def __init__(self, vault: Vault, frame: Frame, items: list[Item], part: Part) -> None:
        self._vault = vault
        self._frame = frame
        self._items = items
        self._random = Random(part.first)  # noqa: S311 (always the same county)
        self._serials = itertools.count(part.first * 100)
        self._summary = vault.encrypt("由主管部门依法认定并公示。", "record.summary")
        self.rows = _Rows()
        self.facts = 0
        self.tokens: list[str] = []

    def citizen(self, who: Person, facts: int, *, signed_in: bool) -> None:
        """All the rows of one citizen with so many records."""
        now, digest = self._frame.now, self._vault.digest(who.number.number, "citizen.number")
        name_digest = self._vault.digest(who.name, "citizen.name")
        phone_digest = self._vault.digest(who.phone, "citizen.phone")
        citizen_id, told_from = uuid7(), now - BOUND_AGO
        self.rows.of[RegisterPerson].append((digest, name_digest, phone_digest, "下汤镇", told_from))
        number = self._vault.encrypt(who.number.number, "citizen.number")
        name = self._vault.encrypt(who.name, "citizen.name")
        row = (citizen_id, digest, number, name, who.number.adult_on, told_from, told_from)
        self.rows.of[Citizen].append(row)
        self._phone(who, citizen_id, signed_in=signed_in)
        self._points(citizen_id, who, [self._record(citizen_id, who, told_from) for _ in range(facts)])

    def _phone(self, who: Person, citizen_id: UUID, *, signed_in: bool) -> None:
        """The account with what it agreed to, the points for another year; some are signed in today."""
        now, account_id = self._frame.now, uuid7()
        hidden = self._vault.encrypt(who.openid, "account.openid")
        digest, until = self._vault.digest(who.openid, "account.openid"), now + consent.LASTS
        bound = (account_id, digest, hidden, citizen_id, now, self._frame.agreed_texts, until, now)
        self.rows.of[Account].append(bound)
        for text in consent.texts().values():
            given = now - RENEWED_AGO if text.kind == "enrolment" else now
            yes = (uuid7(), account_id, text.kind, text.version, True, given, given + consent.LASTS)
            self.rows.of[Consent].append(yes)
        if not signed_in:
            return
        token = new_token()
        self.rows.of[Session].append((uuid7(), hash_token(token), account_id, now, now + SESSION_LASTS))
        self.tokens.append(token)

    def _record(self, citizen_id: UUID, who: Person, told_from: datetime) -> tuple[FiledFact, Fact]:
        item = self._random.choice(self._items)
        today = clock.local_date(self._frame.now)
        filed = a_record(self._random, item, citizen_id, who, told_from, today, next(self._serials))
        row = (
            filed.id, citizen_id, filed.department_id, item.id, item.said.code, filed.document_number,
            filed.document_date, filed.conduct_end, "信用中国（河南鲁山）", filed.quantity,
            self._summary, self._vault.digest(str(filed.id), "record.content"), filed.lapses_on, "live",
            self._frame.batches[filed.department_id], filed.filed_at,
        )  # fmt: skip
        self.rows.of[CreditRecord].append(row)
        self.facts += 1
        return filed, fact_of(filed, item, self._frame.names[filed.department_id])

    def _points(self, citizen_id: UUID, who: Person, records: list[tuple[FiledFact, Fact]]) -> None:
        """Enrolled long ago, settled last year and today: what was due in between stands in the chain."""
        now, enrolment_id = self._frame.now, uuid7()
        enrolled_at, earlier = now - ENROLLED_AGO, now - SETTLED_AGO
        ends = months_after(clock.local_date(now - RENEWED_AGO), LASTS_MONTHS)
        days = (clock.local_date(enrolled_at), enrolled_at, ends)
        self.rows.of[Enrolment].append((enrolment_id, citizen_id, who.number.adult_on, *days))
        base = self._frame.base
        tally = Tally(citizen_id, enrolment_id, base, 0, first_hash(enrolment_id, base), enrolled_at)
        entries = settle(tally, [fact for filed, fact in records if filed.filed_at <= earlier], {}, earlier)
        posted = {entry.fact: Posted(entry.points, 1, entry.why) for entry in entries}
        entries += settle(tally, [fact for _, fact in records], posted, now)
        self.rows.of[PointEntry] += entries
        moved = (tally.entry_count, tally.head, tally.next_change_on, tally.coming, tally.changed_at)
        self.rows.of[Score].append((citizen_id, enrolment_id, base, tally.points, tally.parts, *moved))


class _Process:
    """What one writing process keeps."""

    loop: asyncio.AbstractEventLoop
    vault: Vault
    frame: Frame
    items: list[Item]


def begin(settings: Settings, frame: Frame) -> None:
    """Open the database in a writing process; it stays open until the process ends."""
    _Process.loop = asyncio.new_event_loop()
    _Process.vault, _Process.frame = open_vault(settings), frame
    _Process.items = _Process.loop.run_until_complete(_open(settings))


def write_part(part: Part) -> tuple[int, int, list[str]]:
    """Write some citizens: how many records and entries, and the tokens of the phones."""
    return _Process.loop.run_until_complete(_write(part))


async def _open(settings: Settings) -> list[Item]:
    await open_database(settings, MODEL_MODULES)
    return await items_of(await version_in_force(clock.today()))


async def _write(part: Part) -> tuple[int, int, list[str]]:
    writer = _Writer(_Process.vault, _Process.frame, _Process.items, part)
    entries = writer.rows.of[PointEntry]
    for place in range(part.citizens):
        facts = _facts_for(writer, part, place, len(entries))
        writer.citizen(person(part.first + place), facts, signed_in=place < part.signed_in)
    await writer.rows.write()
    return writer.facts, len(entries), writer.tokens


def _facts_for(writer: _Writer, part: Part, place: int, entries: int) -> int:
    """How many records the next citizen gets: some have few and some many, and the part comes out about right."""
    share = writer.facts / entries if entries else 1.0  # caps keep some from counting, lapses count twice
    wanted = (part.entries - entries) / (part.citizens - place) * share
    return max(0, round(wanted * Random(part.first + place).uniform(0.5, 1.5)))  # noqa: S311
