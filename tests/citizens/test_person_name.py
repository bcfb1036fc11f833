"""Names: one person, one spelling, whoever typed it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.citizens.person_name import parse_name
from backend.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王小明", "王小明"),
        (" 王 明 ", "王明"),
        ("王\u3000明", "王明"),
        ("王\u200b明\ufeff", "王明"),
        ("买买提•吐逊", "买买提·吐逊"),
        ("买买提・吐逊", "买买提·吐逊"),
        ("买买提．吐逊", "买买提·吐逊"),
        ("买买提 · 吐逊", "买买提·吐逊"),
        ("⾼⼭", "高山"),  # radicals, as copied from a PDF
        ("张〇", "张〇"),
        ("㛃䶮", "㛃䶮"),
        ("王\ue854", "王\u9fba"),  # the private place that GB 18030-2000 gave it
        ("\U00031350\U00031351", "\U00031350\U00031351"),  # newer than this Python's Unicode
        ("Ｊohn  Ｓmith", "John Smith"),
        ("O'Neil-Li", "O'Neil-Li"),
        ("e\u0301a", "éa"),
    ],
)
def test_one_name_however_it_is_typed(typed: str, name: str) -> None:
    assert parse_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_length"),
        ("王", "name_length"),
        ("王" * 51, "name_length"),
        ("王*明", "name_characters"),
        ("王明1", "name_characters"),
        ("--", "name_characters"),
        ("=王明", "name_characters"),
        ("王明😀", "name_characters"),
        ("13800000001", "name_characters"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_name(typed)
    assert caught.value.code == code
    assert typed == "" or typed not in caught.value.detail


@given(st.text(max_size=60))
def test_a_name_once_spelt_stays_as_it_is(text: str) -> None:
    try:
        name = parse_name(text)
    except Invalid:
        return
    assert parse_name(name) == name
