"""Plain factories with defaults, through the real use cases: people of the register, catalogues, officers, records.

They need an open database: the fixture `database`, or a `running_app`, whose phones speak the citizens' HTTP API.
"""

import csv
import itertools
import tempfile
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from backend import clock
from backend.citizens import consent, identity
from backend.citizens.identity_number import parse_identity_number
from backend.citizens.models import Account, Citizen
from backend.citizens.register import load_register
from backend.demo.people import identity_of
from backend.demo.wechat_stand_in import openid_of
from backend.point_sources import open_ledger
from backend.points import enrolment
from backend.records import approval
from backend.records import catalogue as files
from backend.records.catalogue_loading import load_catalogue
from backend.records.columns import TITLES
from backend.records.importing import WAITING, import_file
from backend.records.models import CreditRecord, ImportBatch
from backend.secrets import open_vault
from backend.settings import demo_settings
from backend.staff.models import Department, StaffUser
from tests.records.catalogue_files import a_catalogue, a_department, toml

VAULT = open_vault(demo_settings())
LEDGER = open_ledger()

# The tiny catalogue: what its three items are and give. All belong to one department.
DEPARTMENT = "SJJ"
HONEST_SHOP = "PRO-001"  # +20, once a year, 24 months
VOLUNTEER_HOURS = "VOL-001"  # 20 h at 1 an hour, to 80 h at 1 per 2 h, then 1 per 4 h; at most 50 a year, 24 months
PENALTY = "PRO-101"  # -40, 12 months, by fulfilment or charity; 信用修复 after 3 months

_documents = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """A made-up person of the county: what the register says, and her WeChat."""

    name: str
    number: str
    phone: str
    wechat: str
    township: str = "下汤镇"


CITIZEN = Person("鲁小明", "410423199003070017", "13800000001", "wechat-of-ming")
NEIGHBOUR = Person("鲁小红", "410423195202290022", "13800000002", "wechat-of-hong")
COUSIN = Person("鲁小芳", "41042319850512018X", "13800000003", "wechat-of-fang")
PUPIL = Person("鲁小强", "410423200808150036", "13800000004", "wechat-of-qiang")  # 18 on 2026-08-15
CHILD = Person("鲁小花", "410423201306010046", "13800000005", "wechat-of-hua")  # 14 on 2027-06-01
EVERYBODY = (CITIZEN, NEIGHBOUR, COUSIN, PUPIL, CHILD)


def number_of(username: str) -> str:
    """The made-up identity number of a staff user: a valid one, of no citizen of the tests."""
    born_on = date(1950, 1, 1) + timedelta(days=zlib.crc32(username.encode()) % 9000)
    return identity_of(born_on, 998).number


async def register(*people: Person) -> None:
    """Load these people, or everybody, as the county register."""
    rows = [
        {"姓名": each.name, "身份证号": each.number, "手机号": each.phone, "乡镇": each.township}
        for each in people or EVERYBODY
    ]
    with tempfile.TemporaryDirectory() as folder:
        loaded = await load_register(VAULT, _csv(Path(folder), rows), _quiet)
    assert (loaded.people, loaded.problems) == (len(rows), [])


async def load_tiny_catalogue(**changes: Any) -> files.Catalogue:
    """Three items of one department, base 1000, levels from 1020 and 1060, in force since 2024."""
    return await load_catalogue(toml(a_catalogue(**changes)), _departments())


async def load_sample_catalogue() -> files.Catalogue:
    """The catalogue that is shipped."""
    return await load_catalogue(files.SAMPLE_CATALOGUE.read_bytes(), files.SAMPLE_DEPARTMENTS.read_bytes())


async def officer(username: str = "officer", department: str = DEPARTMENT) -> StaffUser:
    """A staff user of a department, the same one each time."""
    name = f"{department}-{username}"
    known = await StaffUser.get_or_none(username=name)
    return known or await StaffUser.create(
        username=name,
        name="王办事",
        department_id=department,
        own_number_digest=VAULT.digest(number_of(name), "citizen.number"),
        created_at=clock.now(),
    )


def row(person: Person = CITIZEN, item: str = HONEST_SHOP, **cells: Any) -> dict[str, str]:
    """One row of a department's file by column keys, dated today, with a document number of its own."""
    today = clock.today()
    values = {
        "name": person.name,
        "identity_number": person.number,
        "item_code": item,
        "document_number": f"鲁市监〔{today.year}〕{next(_documents)}号",
        "document_date": today,
        "conduct_end": cells.get("document_date", today),
        "finality_date": cells.get("document_date", today) if item == PENALTY else "",
        "publication_place": "信用中国（河南鲁山）",
        "quantity": "10" if item == VOLUNTEER_HOURS else "",
        "summary": "由县市场监管局作出。",
        **cells,
    }
    return {TITLES[key]: value.isoformat() if isinstance(value, date) else str(value) for key, value in values.items()}


async def file_records(*rows: dict[str, str], department: str = DEPARTMENT, approved: bool = True) -> ImportBatch:
    """File rows as one officer's file; negative ones are approved by a second officer and posted, or left waiting."""
    with tempfile.TemporaryDirectory() as folder:
        batch = await import_file(LEDGER, VAULT, await officer(department=department), _csv(Path(folder), rows))
    if approved and batch.state == WAITING:
        await approval.approve(await officer("second-officer", department), batch.id)
        batch = await approval.post_approved(LEDGER, VAULT, batch.id)
    assert batch.rejected == 0, "a factory's row was rejected"
    return batch


async def file_record(person: Person = CITIZEN, item: str = HONEST_SHOP, **cells: Any) -> CreditRecord:
    """One record of a person, live."""
    one = row(person, item, **cells)
    await file_records(one)
    return await CreditRecord.get(document_number=one[TITLES["document_number"]]).select_related("citizen")


async def penalty(person: Person = CITIZEN, **cells: Any) -> CreditRecord:
    """One negative record of a person, filed by one officer and approved by another."""
    return await file_record(person, PENALTY, **cells)


async def guest(person: Person = CITIZEN) -> Account:
    """The account of a person's WeChat, which need not say who she is."""
    openid = openid_of(person.wechat)
    digest = VAULT.digest(openid, "account.openid")
    hidden = VAULT.encrypt(openid, "account.openid")
    account, _ = await Account.get_or_create(
        openid_digest=digest, defaults={"openid_hidden": hidden, "created_at": clock.now()}
    )
    return await Account.get(id=account.id).select_related("citizen")


async def bound_citizen(person: Person = CITIZEN) -> tuple[Account, Citizen]:
    """A registered person whose account accepted the texts and is bound to her."""
    await register(person)
    account = await guest(person)
    for kind in consent.NEEDED_FOR_ANYTHING_PERSONAL:
        await consent.decide(account, kind, consent.texts()[kind].version, given=True)
    number = parse_identity_number(person.number, clock.today())
    claim = await identity.match(VAULT, account, person.name, number)
    citizen = await identity.bind(VAULT, account, claim, identity.SecondProof(phone=person.phone))
    return await guest(person), citizen


async def enrolled_citizen(person: Person = CITIZEN) -> tuple[Account, Citizen]:
    """A bound citizen who takes part in the points, under the tiny catalogue unless another one is loaded."""
    if not await Department.exists():
        await load_tiny_catalogue()
    account, citizen = await bound_citizen(person)
    await enrolment.enrol(LEDGER, account, citizen, consent.texts()["enrolment"].version)
    return account, citizen


def _departments() -> bytes:
    return b"[[departments]]\n" + toml(a_department())


def _csv(folder: Path, rows: Any) -> Path:
    path = folder / "file.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _quiet(_rows: int) -> None:
    """Nobody watches the progress of a test's file."""
