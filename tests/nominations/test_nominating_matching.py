"""Whom the register knows by a name and a phone: both have to fit, and one person only."""

import pytest

from backend.errors import Invalid
from backend.nominations.matching import matched, matched_person, person_digest, phones_in
from tests import factories
from tests.factories import CITIZEN, NEIGHBOUR, VAULT, Person


@pytest.mark.parametrize(
    ("contact", "phones"),
    [
        ("13800000001", ["13800000001"]),
        ("电话：138 0000 0001（晚上）", ["13800000001"]),
        ("＋86-138-0000-0001", ["13800000001"]),
        ("１３８００００００１２ 或 13900000002", ["13800000012", "13900000002"]),
        ("13800000001、13800000001", ["13800000001"]),
        ("0375-5050505", []),
        ("410423199003070017", []),
        ("找村支书", []),
    ],
)
def test_mobile_numbers_are_found_however_they_are_written(contact: str, phones: list[str]) -> None:
    assert phones_in(contact) == phones


async def test_name_and_phone_together_say_who_it_is(database: None) -> None:
    _, citizen = await factories.bound_citizen()
    await factories.register(NEIGHBOUR)
    assert await matched(VAULT, "鲁 小明", f"手机 {CITIZEN.phone}") == citizen
    assert await matched(VAULT, NEIGHBOUR.name, CITIZEN.phone) is None
    assert await matched(VAULT, CITIZEN.name, NEIGHBOUR.phone) is None
    assert await matched(VAULT, CITIZEN.name, "找村支书") is None
    assert await matched(VAULT, "*", CITIZEN.phone) is None


async def test_whom_the_register_knows_need_not_have_come_here(database: None) -> None:
    await factories.register(NEIGHBOUR)
    assert await matched(VAULT, NEIGHBOUR.name, NEIGHBOUR.phone) is None
    person = await matched_person(VAULT, NEIGHBOUR.name, NEIGHBOUR.phone)
    assert person is not None
    assert person.number_digest == VAULT.digest(NEIGHBOUR.number, "citizen.number")


async def test_two_of_one_name_and_phone_are_no_proof(database: None) -> None:
    await factories.bound_citizen()
    await factories.register(Person(CITIZEN.name, NEIGHBOUR.number, CITIZEN.phone, "wechat-of-another"))
    assert await matched(VAULT, CITIZEN.name, CITIZEN.phone) is None


def test_one_person_of_one_township_has_one_digest() -> None:
    assert person_digest(VAULT, "周 三", "下汤镇") == person_digest(VAULT, "周三", "下汤镇")
    assert person_digest(VAULT, "周三", "下汤镇") != person_digest(VAULT, "周三", "张良镇")
    with pytest.raises(Invalid):
        person_digest(VAULT, "*", "下汤镇")
