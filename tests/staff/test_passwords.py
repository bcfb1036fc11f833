"""Which passwords staff may choose."""

import pytest

from backend.secrets import check_password, hash_password
from backend.staff.passwords import password_fault


@pytest.mark.parametrize(
    "password",
    [
        "three geese by the well",
        "露峰山上看日出下山吃面",
        "Kx8#mPq2vL",
        "1234567890 geese",
        "lushan-demo-2026",
        "王" * 3 + "家有两头牛三只羊",
        "a" * 100 + "bcdefghijklmnop",
    ],
)
def test_a_long_one_that_nobody_guesses_first_is_good(password: str) -> None:
    assert password_fault(password, "wang-li") is None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "ninechars",
        "k9#" * 43,
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "QWERTYUIOP123456",
        "abcdefghijkl",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaa",
        "1212121212",
        "password12",
        "P@ssw0rd2026",
        "admin12345",
        "lushan2026",
        "wang-li2026",
        "2026wang-li",
        "１２３４５６７８９０",
    ],
)
def test_a_short_or_common_one_or_the_own_name_is_not(password: str) -> None:
    fault = password_fault(password, "wang-li")
    assert fault is not None
    assert fault.endswith("。")
    assert password not in fault or password == ""


async def test_a_password_is_the_same_on_every_keyboard_and_never_stored_twice_alike() -> None:
    one, two = await hash_password("ｇｅｅｓｅ by the wéll"), await hash_password("geese by the wéll")
    assert one != two
    assert await check_password("geese by the we\u0301ll", one)
    assert await check_password("ｇｅｅｓｅ by the wéll", two)
    assert not await check_password("geese by the well", one)


@pytest.mark.parametrize(
    "stored", [None, "", "x", "$argon2id$", "$2b$12$" + "a" * 53, "$argon2id$v=19$m=19456,t=2,p=1$A$A"]
)
async def test_no_password_fits_what_is_no_hash(stored: str | None) -> None:
    for password in ("", "A", "\ud800", "x" * 100_000):
        assert not await check_password(password, stored)
