"""Texts that attack whoever shows them, and how to tell in html5's terms whether one is still alive."""

from collections.abc import Collection, Mapping
from html.parser import HTMLParser
from pathlib import Path

import nh3

_HANDLED = [
    f"<{handled} alert(1) autofocus open>".replace(" alert", "=alert")
    for handled in (
        "img src=x onerror",
        "svg onload",
        "body onpageshow",
        "video src=x onloadstart",
        "iframe onload",
        "input onfocus",
        "details ontoggle",
        "object data=x onerror",
        "embed src=x onload",
        "marquee onstart",
        "select onfocus",
        "keygen onfocus",
        "x tabindex=1 onfocus",
    )
]
_SCHEMES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "\x01javascript:alert(1)",
    "\x0bjavascript:alert(1)",
    "javascript&#58;alert(1)",
    "javascript&colon;alert(1)",
    "&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61&#x6C&#x65&#x72&#x74(1)",
    "&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112&#0000116&#0000058alert(1)",
    "jav&#x09;ascript:alert(1)",
    "jav&#x0A;ascript:alert(1)",
    "&#14; javascript:alert(1)",
    "javascript://%0aalert(1)",
    "vbscript:msgbox(1)",
    "livescript:alert(1)",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+",
    "blob:https://a/1",
    "filesystem:https://a/1",
    "//evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://a@evil.example/x",
    "jar:javascript:alert(1)",
    "mhtml:file://x",
    "intent://x#Intent;end",
    "weixin://dl/business",
    "about:blank",
    "file:///etc/passwd",
]
_LINKS = [f'<a href="{scheme}">x</a>' for scheme in _SCHEMES]
_PICTURES = [f'<img src="{scheme}">' for scheme in _SCHEMES[:8] + _SCHEMES[20:26]]
_U = "00000000-0000-4000-8000-00000000000a"

_CLASSICS = (Path(__file__).parent / "attacks.txt").read_text(encoding="utf-8").splitlines()  # one a line
_BYTES = [
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<img\x0csrc=x\x0conerror=alert(1)>",
    "<\x00img src=x onerror=alert(1)>",
    "\ud800<img src=x onerror=alert(1)>\udfff",
    "<a href='java\u2028script:alert(1)'>x</a>",
    "\u202e<b>x</b>\ufeff\u200b",
    "<ſcript>alert(1)</ſcript>",
    "<img src=x oneﬀect=alert(1) onerror=alert(1)>",
    "<p>" * 600 + "<script>alert(1)</script>",
    "<b>" * 600 + "<img src=x onerror=alert(1)>",
    "<table>" * 300 + "<td onclick=alert(1)>x",
    "<svg>" * 300 + "<style><img onerror=alert(1) src>",
    "<div><style>" * 200 + "<img src=x onerror=alert(1)>",
]
PAYLOADS = (*_HANDLED, *_LINKS, *_PICTURES, *_CLASSICS, *_BYTES)

ALLOWED: Mapping[str, Collection[str]] = {
    **dict.fromkeys(("p", "h2", "h3", "h4"), ("class",)),
    **dict.fromkeys(("td", "th"), ("class", "colspan", "rowspan")),
    **dict.fromkeys(("strong", "em", "u", "s", "blockquote", "ul", "ol", "li", "br", "hr"), ()),
    **dict.fromkeys(("figure", "figcaption", "table", "thead", "tbody", "tr"), ()),
    "a": ("href", "rel"),
    "img": ("src", "alt"),
}
_BEGINNINGS = {"href": ("http://", "https://", "tel:", "mailto:"), "src": ("file:",), "class": ("centre", "right")}


class _Looker(HTMLParser):
    def __init__(self, allowed: Mapping[str, Collection[str]], beginnings: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed, self.beginnings, self.alive = allowed, beginnings, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.allowed:
            self.alive.append(f"<{tag}>")
        for name, value in attrs:
            if name not in self.allowed.get(tag, ()) or not (value or "").startswith(self.beginnings.get(name, ("",))):
                self.alive.append(f"<{tag} {name}={value!r}>")

    def handle_comment(self, data: str) -> None:
        self.alive.append(f"<!--{data}-->")

    handle_decl = unknown_decl = handle_pi = handle_comment


def alive(
    html: str,
    allowed: Mapping[str, Collection[str]] = ALLOWED,
    beginnings: Mapping[str, tuple[str, ...]] = _BEGINNINGS,
) -> list[str]:
    """The tags, attributes and addresses of a html that no article may hold; and whether html5 reads it otherwise."""
    looker = _Looker(allowed, beginnings)
    looker.feed(html)
    looker.close()
    attributes = {tag: set(names) - {"rel"} for tag, names in allowed.items() if names}
    schemes = {"http", "https", "tel", "mailto", "file"}
    as_html5 = nh3.clean(html, tags=set(allowed), attributes=attributes, url_schemes=schemes)
    if as_html5 != nh3.clean(as_html5, tags=set(allowed), attributes=attributes, url_schemes=schemes):
        looker.alive.append("html5 reads it otherwise the second time")
    return looker.alive
