"""Pictures of a paste: those that came with it as data, and those that did not come."""

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

LARGEST = 10 * 2**20  # bytes of one picture
MOST = 30  # pictures of one paste
STANDS_FOR = "【这里有一张图片没有带过来：请在原文里另存，再上传到这里】"

_DATA = re.compile(r"""(?<==["'])\s*data:(image/[a-z0-9.+-]{1,20});base64,((?:[A-Za-z0-9+/=\s]+|%[0-9A-Fa-f]{2})*)""")
_MARK = re.compile(r"pasted-picture:([0-9]+)")
_TINY = re.compile(r"\s*[0-3](?:\.[0-9]+)?(?:px|pt)?\s*")
_TINY_STYLE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[0-3](?:\.[0-9]+)?(?:px|pt)\s*(?:!important\s*)?(?:;|$)")
_WORDS = {
    "remote": "有 {} 张网页上的图片没有带过来：请在原文里另存，再上传到这里。",
    "local": "有 {} 张文档里的图片没有带过来：请在原文里另存，再上传到这里。",
    "large": f"有 {{}} 张图片超过 {LARGEST // 2**20} MB，没有带过来：请缩小后上传。",
    "many": f"一次最多带过来 {MOST} 张图片，还有 {{}} 张没有带过来：请另存后上传。",
    "unreadable": "有 {} 张图片读不出来，没有带过来：请另存后上传。",
    "media": "有 {} 个视频或音频没有带过来：请作为附件上传。",
    "cards": "有 {} 张名片或小程序卡片没有带过来。",
    "drawings": "有 {} 处画出来的图形没有带过来：请截图后上传。",
}


@dataclass(frozen=True, slots=True)
class PastedPicture:
    """A picture that came as data. It stands in the html as `file:TOKEN` until it is uploaded and has an id."""

    token: UUID
    kind: str  # as the paste says: image/png
    data: bytes
    alt: str = ""


@dataclass(slots=True)
class Pictures:
    """The pictures of one paste, as they are met."""

    taken: list[PastedPicture] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)  # of the keys of _WORDS
    _found: list[tuple[str, str]] = field(default_factory=list)

    def set_aside(self, html: str) -> str:
        """The html with its data pictures out of the way of the parser."""

        def mark(match: re.Match[str]) -> str:
            self._found.append((match[1], match[2]))
            return f"pasted-picture:{len(self._found) - 1}"

        return _DATA.sub(mark, html)

    def take(self, attributes: Mapping[str, str], alt: str) -> PastedPicture | None:
        """The picture of an img, if it came; else it is counted, unless it is a counter of readers itself."""
        source = attributes.get("src", "").strip()
        mark = _MARK.fullmatch(source)
        remote = attributes.get("data-src", "").strip() or (source if source.startswith(("http", "//")) else "")
        if mark is None or int(mark[1]) >= len(self._found):
            if source or remote:
                self.left["remote" if remote else "local"] += 1
            return None
        kind, text = self._found[int(mark[1])]
        fault, data = self._decoded(text)
        if not fault and not _one_pixel(data):
            token = uuid5(NAMESPACE_URL, f"{len(self.taken)}:{hashlib.sha256(data).hexdigest()}")
            self.taken.append(PastedPicture(token, kind, data, alt))
            return self.taken[-1]
        if fault or remote:  # a page that loads its pictures late shows a pixel until then
            self.left["remote" if remote else fault] += 1
        return None

    def words(self) -> tuple[str, ...]:
        """What was left out, in plain words."""
        return tuple(words.format(self.left[what]) for what, words in _WORDS.items() if self.left[what])

    def _decoded(self, text: str) -> tuple[str, bytes]:
        if len(text) > LARGEST * 3 // 2:
            return "large", b""
        try:
            data = base64.b64decode(re.sub(r"%0[AaDd]|%20|\s", "", text).replace("%2B", "+").replace("%2F", "/"))
        except binascii.Error:
            return "unreadable", b""
        if not data or len(data) > LARGEST:
            return ("large" if data else "unreadable"), b""
        return ("many" if len(self.taken) >= MOST and not _one_pixel(data) else ""), data


def counts_readers(attributes: Mapping[str, str]) -> bool:
    """Whether an img is too small to be seen: such pictures tell somebody who reads."""
    sizes = (attributes.get(name, "") for name in ("width", "height", "data-w"))
    return any(_TINY.fullmatch(size) for size in sizes) or bool(_TINY_STYLE.search(attributes.get("style", "")))


def _one_pixel(data: bytes) -> bool:
    """Whether a GIF or PNG says that it is at most three pixels wide or high."""
    if data[:4] == b"GIF8":
        width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    else:
        return False
    return min(width, height) <= 3
