"""What a reader's page is given: addresses for pictures, boxes for tables, and nothing that an article may not hold."""

from uuid import UUID

import pytest

from backend.content.cleaning import clean
from backend.content.rendering import addressed
from tests.content.payloads import ALLOWED, PAYLOADS, alive

ONE = "0192f0c0-0000-7000-8000-000000000001"
SHOWN = {**ALLOWED, "div": ("class",), "img": ("src", "alt", "loading", "width", "height")}
BEGINNINGS = {
    "src": ("/f/",),
    "href": ("http://", "https://", "tel:", "mailto:"),
    "class": ("centre", "right", "table"),
}


def address(file_id: UUID, size: str) -> str:
    return f"/f/{file_id}/{size}?a=1&b=2"


def test_a_picture_has_its_address_and_its_size() -> None:
    html = f'<p><img src="file:{ONE}" alt="会"></p>'
    shown = f'<img src="/f/{ONE}/middle?a=1&amp;b=2" alt="会" loading="lazy"'
    assert addressed(html, address) == f"<p>{shown}></p>"
    assert addressed(html, address, sizes={UUID(ONE): (800, 600)}) == f'<p>{shown} width="800" height="600"></p>'


def test_a_table_scrolls_in_its_own_box() -> None:
    html = "<table><tbody><tr><td>数</td></tr></tbody></table>"
    assert addressed(html, address) == f'<div class="table">{html}</div>'


def test_everything_else_is_shown_as_it_is_stored() -> None:
    html = clean('<h2>题</h2><p class="right">一<b>二</b><a href="https://a.cn/?x&y">三</a></p><ul><li>四</ul><hr>')
    assert addressed(html, address) == html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_got_past_the_door_is_stopped_at_the_showing(payload: str) -> None:
    assert alive(addressed(payload, address), SHOWN, BEGINNINGS) == []
