"""What looks like the name of a person, and what does not."""

import pytest

from backend.content.names import is_name, listed_names, masked


@pytest.mark.parametrize("name", ["张三", "鲁小明", "欧阳小六", "王 芳", "买买提·艾力"])
def test_what_looks_like_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text", ["", "张", "鲁某", "鲁*", "张店", "安全", "鲁山县", "诚信鲁山", "高效便民", "ABC", "王某某"]
)
def test_what_does_not(text: str) -> None:
    assert not is_name(text)


def test_a_list_is_found_inside_a_sentence() -> None:
    assert listed_names("名单如下：张三、李小四和王五") == ["张三", "李小四", "王五"]
    assert listed_names("张三（欠款 2 万元）、李小四 3000 元；王五（已还清）。") == ["张三", "李小四", "王五"]
    assert listed_names("张三、李某、王五") == []


def test_a_masked_name_tells_its_family_only() -> None:
    assert [masked(each) for each in ("鲁小明", "张三")] == ["鲁某某", "张某"]
