"""Loading the county register: who is who, kept only as keyed digests."""

import asyncio
from pathlib import Path

import pytest

from backend.citizens import register
from backend.citizens.models import Citizen, RegisterPerson
from backend.citizens.register import KEPT_FAULTS, load_register
from backend.errors import Invalid
from tests.connections import open_all
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT, Person
from tests.records.county import people

pytestmark = pytest.mark.usefixtures("database")

HEADER = "姓名,身份证号,手机号,乡镇"


def quiet(_rows: int) -> None:
    """Nobody watches."""


def line(person: Person, **changes: str) -> str:
    cells = {
        "name": person.name,
        "number": person.number,
        "phone": person.phone,
        "township": person.township,
        **changes,
    }
    return ",".join((cells | changes).values())


def a_register(folder: Path, *lines: str, name: str = "register.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text("\r\n".join([HEADER, *lines]) + "\r\n", encoding)
    return path


async def known() -> dict[str, tuple[str, str | None, str]]:
    """Everybody in the register: digests of number, name and phone, and the township."""
    return {
        each.number_digest: (each.name_digest, each.phone_digest, each.township) for each in await RegisterPerson.all()
    }


def as_kept(person: Person, *, phone: bool = True) -> tuple[str, tuple[str, str | None, str]]:
    return (
        VAULT.digest(person.number, "citizen.number"),
        (
            VAULT.digest(person.name, "citizen.name"),
            VAULT.digest(person.phone, "citizen.phone") if phone else None,
            person.township,
        ),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_people_are_kept_as_digests_only(tmp_path: Path, encoding: str) -> None:
    file = a_register(tmp_path, line(CITIZEN), line(NEIGHBOUR, phone=""), encoding=encoding)
    loaded = await load_register(VAULT, file, quiet)
    assert (loaded.people, loaded.rejected, loaded.problems) == (2, 0, [])
    assert await known() == dict([as_kept(CITIZEN), as_kept(NEIGHBOUR, phone=False)])
    assert await Citizen.all().count() == 0, "a citizen begins with a binding or a record"
    stored = repr([dict(row) for row in await RegisterPerson.all()])
    assert not any(plain in stored for plain in (CITIZEN.name, CITIZEN.number, CITIZEN.phone))


async def test_loaded_twice_it_is_the_same(tmp_path: Path) -> None:
    file = a_register(tmp_path, line(CITIZEN), line(NEIGHBOUR))
    await load_register(VAULT, file, quiet)
    before = await known()
    await load_register(VAULT, file, quiet)
    assert await known() == before


async def test_a_newer_file_corrects_and_whom_it_does_not_name_stays(tmp_path: Path) -> None:
    await load_register(VAULT, a_register(tmp_path, line(CITIZEN), line(NEIGHBOUR)), quiet)
    newer = a_register(tmp_path, line(CITIZEN, name="鲁大明", phone="13900000009", township="尧山镇"), line(COUSIN))
    await load_register(VAULT, newer, quiet)
    moved = Person("鲁大明", CITIZEN.number, "13900000009", "", "尧山镇")
    assert await known() == dict(map(as_kept, (moved, NEIGHBOUR, COUSIN)))


async def test_a_number_that_stands_twice_is_one_person_the_later_line_counts(tmp_path: Path) -> None:
    file = a_register(tmp_path, line(CITIZEN), line(NEIGHBOUR), line(CITIZEN, name="鲁大明"))
    await load_register(VAULT, file, quiet)
    assert await RegisterPerson.all().count() == 2
    assert (await known())[as_kept(CITIZEN)[0]][0] == VAULT.digest("鲁大明", "citizen.name")


async def test_a_lower_case_x_is_the_same_person(tmp_path: Path) -> None:
    await load_register(VAULT, a_register(tmp_path, line(COUSIN, number=COUSIN.number.lower())), quiet)
    assert await known() == dict([as_kept(COUSIN)])


async def test_wrong_lines_are_named_and_the_rest_is_loaded(tmp_path: Path) -> None:
    wrong = [line(NEIGHBOUR, number="410423199003070018"), line(NEIGHBOUR, phone="12345"), line(NEIGHBOUR, name="")]
    loaded = await load_register(VAULT, a_register(tmp_path, *wrong, line(CITIZEN)), quiet)
    assert (loaded.people, loaded.rejected) == (1, 3)
    assert [(row.row_number, row.faults[0].column, row.faults[0].code) for row in loaded.problems] == [
        (2, "identity_number", "identity_number_check"),
        (3, "phone", "phone_format"),
        (4, "name", "missing"),
    ]
    assert await known() == dict([as_kept(CITIZEN)])
    assert CITIZEN.number not in repr(loaded)
    assert NEIGHBOUR.number not in repr(loaded)


async def test_a_file_full_of_wrong_lines_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "CHUNK", 60)
    loaded = await load_register(VAULT, a_register(tmp_path, *[line(CITIZEN, phone="1")] * 250), quiet)
    assert (loaded.people, loaded.rejected, len(loaded.problems)) == (0, 250, KEPT_FAULTS)


async def test_progress_is_told_chunk_by_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "CHUNK", 3)
    told: list[int] = []
    await load_register(VAULT, a_register(tmp_path, *map(line, people(8))), told.append)
    assert told == [3, 3, 2]


async def test_cut_off_and_loaded_again_nobody_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "CHUNK", 3)
    crowd = people(8)
    file = a_register(tmp_path, *map(line, crowd))

    def power_cut(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load_register(VAULT, file, power_cut)
    assert await RegisterPerson.all().count() == 3, "whole chunks"
    await load_register(VAULT, file, quiet)
    assert await known() == dict(map(as_kept, crowd))


async def test_two_files_at_once_do_not_lock_each_other_out(tmp_path: Path) -> None:
    crowd = people(400)
    files = [
        a_register(tmp_path, *map(line, crowd), name="a.csv"),
        a_register(tmp_path, *map(line, crowd[::-1]), name="b.csv"),
    ]
    await open_all()
    await asyncio.gather(*(load_register(VAULT, file, quiet) for file in files * 2))
    assert await known() == dict(map(as_kept, crowd))


async def test_what_is_no_register_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "holiday.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    with pytest.raises(Invalid):
        await load_register(VAULT, path, quiet)
    assert await RegisterPerson.all().count() == 0


async def test_a_register_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    lines = [line(person) for person in people(register.CHUNK + 1)]
    with pytest.raises(Invalid):
        await load_register(VAULT, a_register(tmp_path, *lines, '"鲁小明,410423'), quiet)
    assert await RegisterPerson.all().count() == 0
