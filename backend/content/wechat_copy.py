"""An article as 公众号's editor takes it: every look written at its element, because that editor knows no sheets."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from uuid import UUID

from backend.content.blocks import Paragraph, Picture, Run, Writer
from backend.content.cleaning import stored_blocks

SIZE = "middle"
_TEXT = "font-size:16px;line-height:1.75;color:#333333;"
_CELL = "border:1px solid #cccccc;padding:6px 8px;font-size:15px;line-height:1.6;"
_SHEET = {
    "p": f"margin:0 0 16px;{_TEXT}",
    "h2": "margin:28px 0 14px;font-size:20px;line-height:1.5;font-weight:bold;color:#1a1a1a;",
    "h3": "margin:24px 0 12px;font-size:18px;line-height:1.5;font-weight:bold;color:#1a1a1a;",
    "h4": "margin:20px 0 10px;font-size:16px;line-height:1.5;font-weight:bold;color:#1a1a1a;",
    "blockquote": f"margin:0 0 16px;padding:10px 14px;border-left:4px solid #b8433a;background:#f7f5f2;{_TEXT}",
    "ul": f"margin:0 0 16px;padding-left:24px;{_TEXT}",
    "ol": f"margin:0 0 16px;padding-left:24px;{_TEXT}",
    "li": "margin:0 0 6px;",
    "section": "margin:0 0 16px;text-align:center;",
    "img": "max-width:100%;height:auto;",
    "figcaption": "margin:6px 0 0;font-size:14px;line-height:1.5;color:#888888;text-align:center;",
    "table": "width:100%;margin:0 0 16px;border-collapse:collapse;",
    "th": f"{_CELL}background:#f2f0ec;font-weight:bold;",
    "td": _CELL,
    "hr": "margin:24px 0;border:0;border-top:1px solid #dddddd;",
}
_OTHERWISE = {"figure": "section", "figcaption": "p"}  # 公众号's editor drops these two
_SHEET_OF = {"figure": "section", "figcaption": "figcaption"}
_ALIGN = {"centre": "text-align:center;", "right": "text-align:right;"}


class _WechatWriter(Writer):
    def __init__(self, address: Callable[[UUID, str], str]) -> None:
        self._address = address

    def opening(self, tag: str, attributes: Mapping[str, str]) -> str:
        kept = {name: value for name, value in attributes.items() if name != "class"}
        style = _SHEET.get(_SHEET_OF.get(tag, tag), "") + _ALIGN.get(attributes.get("class", ""), "")
        return super().opening(_OTHERWISE.get(tag, tag), kept | ({"style": style} if style else {}))

    def closing(self, tag: str) -> str:
        return super().closing(_OTHERWISE.get(tag, tag))

    def picture(self, picture: Picture) -> str:
        address = self._address(UUID(picture.source.removeprefix("file:")), SIZE)
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("公众号 fetches pictures by their whole address")
        return self.opening("img", {"src": address, "alt": picture.alt})

    def link(self, href: str, inner: str) -> str:
        """公众号 allows no links elsewhere: a web address stands behind its words, so that it can be read."""
        bare = href.partition("://")[2]
        shown = (
            not href.lower().startswith("http") or inner == self._inline(Run(href)) or inner == self._inline(Run(bare))
        )
        return inner if shown else inner + self._inline(Run(f"（{href}）"))


def copy(html: str, address: Callable[[UUID, str], str], *, title: str = "", source: str = "") -> str:
    """The article for 公众号's editor; `title` as a first heading and `source` as a last line where they are given.

    `address` makes whole addresses (https://…) of a picture's id and a size's name, which 公众号 fetches by itself:
    ValueError for any other. That editor has a field of its own for the title.
    """
    first = [Paragraph([Run(title)], "h2", "centre")] if title else []
    last = [Paragraph([Run(f"来源：{source}")], "p", "right")] if source else []
    return _WechatWriter(address).write([*first, *stored_blocks(html), *last])
