"""An article on its way to a 公众号: looks from our own sheet, whole addresses, no link that it would drop."""

import re
from html.parser import HTMLParser
from uuid import UUID

import pytest

from backend.content.wechat_copy import copy
from tests.content.payloads import ALLOWED, PAYLOADS, alive

ONE = "0192f0c0-0000-7000-8000-000000000001"
ATTRIBUTES = ("style", "src", "alt", "colspan", "rowspan")
COPIED = dict.fromkeys((*ALLOWED.keys() - {"a", "figure", "figcaption"}, "section"), ATTRIBUTES)
STYLE = re.compile(r"(?:[a-z-]+:[a-z0-9 .%#]+;)+")


def address(file_id: UUID, size: str) -> str:
    return f"https://lushan.example/api/v1/files/{file_id}/{size}"


class Styles(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.all = dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all[tag] = dict(attrs).get("style") or ""


def test_every_block_carries_its_look() -> None:
    figure = f'<figure><img src="file:{ONE}" alt="会"><figcaption>注</figcaption></figure>'
    html = f'<h2 class="centre">题</h2><p>字</p>{figure}'
    copied = copy(html, address)
    styles = Styles()
    styles.feed(copied)
    assert styles.all.keys() == {"h2", "p", "section", "img"}
    assert all(STYLE.fullmatch(style) for style in styles.all.values())
    assert styles.all["h2"].endswith("text-align:center;")
    assert f'src="{address(UUID(ONE), "middle")}" alt="会"' in copied
    assert "class" not in copied


def test_title_and_source_come_where_they_are_asked_for() -> None:
    copied = copy("<p>字</p>", address, title="题 <1>", source="县委宣传部")
    assert re.sub(r"<[^>]*>", "", copied) == "题 &lt;1&gt;字来源：县委宣传部"
    assert re.sub(r"<[^>]*>", "", copy("<p>字</p>", address)) == "字"


def test_an_address_behind_words_can_still_be_read() -> None:
    copied = copy('<p><a href="https://a.cn/x?b=1&amp;c=2">国务院</a><a href="https://a.cn/">a.cn/</a></p>', address)
    assert "国务院（https://a.cn/x?b=1&amp;c=2）a.cn/</p>" in copied
    assert copy('<p><a href="tel:0375">电话</a></p>', address).endswith(">电话</p>")


def test_a_picture_without_a_whole_address_is_refused() -> None:
    with pytest.raises(ValueError, match="whole address"):
        copy(f'<img src="file:{ONE}">', lambda file_id, size: f"/api/v1/files/{file_id}/{size}")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_attack_is_copied(payload: str) -> None:
    copied = copy(payload, address)
    assert alive(copied, COPIED, {"src": ("https://lushan.example/",)}) == []
    styles = Styles()
    styles.feed(copied)
    assert all(not style or STYLE.fullmatch(style) for style in styles.all.values())
