"""Private details in a story are pointed out, numbers first and always masked; what is harmless is not."""

import pytest

from backend.nominations.private_details import private_details


def kinds(text: str) -> list[str]:
    return [each.kind for each in private_details("事迹", text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("联系他请打 13812345678。", "phone"),
        ("他的身份证号是 410423199003070017。", "identity_number"),
        ("老人得了白血病，他去医院陪护。", "health"),
        ("住在鲁阳小区 3号楼 2 单元。", "home"),
        ("邻居是低保户，欠债很多。", "means"),
        ("他开着豫D·12345 送老人。", "plate"),
    ],
)
def test_each_kind_is_pointed_out(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["", "他每天给老人送水送药，十二年没有断过。", "二〇二一年七月，走了四公里到镇卫生院。", "奖状编号 2026-7F3K9Q。"],
)
def test_what_is_harmless_is_not(text: str) -> None:
    assert kinds(text) == []


def test_no_finding_repeats_a_number() -> None:
    for each in private_details("事迹", "得了癌症的老人电话是13812345678，身份证410423199003070017。"):
        assert "13812345678" not in each.excerpt
        assert "410423199003070017" not in each.excerpt
