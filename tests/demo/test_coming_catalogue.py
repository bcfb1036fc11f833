"""The made-up county's coming catalogue: the sample with a few plain differences, open to what people say."""

from datetime import date

import pytest

from backend.demo.coming_catalogue import NAME, coming, version_of
from backend.demo.staff import ADMIN, at_work
from backend.errors import Forbidden
from backend.records.catalogue import SAMPLE_CATALOGUE, parse_catalogue
from backend.records.catalogue_comments import read_comments
from backend.records.catalogue_differences import differences
from backend.records.catalogue_versions import catalogue_of, version_before, versions
from backend.secrets import open_vault
from backend.settings import Settings

FROM = date(2026, 12, 28)
SAMPLE = SAMPLE_CATALOGUE.read_text("utf-8")


def test_it_is_named_as_made_up_and_differs_in_three_plain_things() -> None:
    made = parse_catalogue(coming(SAMPLE, FROM).encode())
    assert (made.version, made.name, made.in_force_from, made.sample) == (version_of(FROM), NAME, FROM, True)
    assert "演示" in NAME
    said = [each for each in differences(parse_catalogue(SAMPLE.encode()), made) if each.about != "目录"]
    assert [(each.kind, each.about) for each in said] == [
        ("added", "FIR-002 家庭消防安全示范户"),
        ("changed", "TRA-001 安全行车示范驾驶员"),
        ("changed", "VOL-004 应急志愿服务"),
    ]
    assert said[2].sentence == "VOL-004 应急志愿服务：一年最多加分由 40 分改为 60 分。"


def test_a_sample_that_says_otherwise_is_noticed() -> None:
    with pytest.raises(ValueError, match="no longer says"):
        coming(SAMPLE.replace("points_per_year = 40", "points_per_year = 45"), FROM)


@pytest.mark.slow
async def test_it_is_open_for_comments_and_who_runs_the_catalogue_reads_them(
    county_settings: Settings, county_open: None
) -> None:
    latest, *earlier = await versions()
    assert (latest.state, latest.open, [each.state for each in earlier]) == ("coming", True, ["in_force"])
    before = await version_before(latest)
    assert before is not None
    assert len(differences(await catalogue_of(before.row), await catalogue_of(latest.row))) == 4
    vault = open_vault(county_settings)
    with pytest.raises(Forbidden):
        await read_comments(vault, await at_work("sjj-1"), latest.name)
    assert len({each.text for each in await read_comments(vault, await at_work(ADMIN), latest.name)}) >= 2
