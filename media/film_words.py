"""What is said of videos, sounds and PDFs on both sides of the rewriter's pipe: kinds, limits, results and refusals."""

from typing import Literal

import msgspec

from backend.errors import Invalid

FileKind = Literal["video", "audio", "pdf"]

MB = 1024 * 1024
MOST_BYTES: dict[FileKind, int] = {"video": 100 * MB, "audio": 30 * MB, "pdf": 20 * MB}
MOST_PAGES = 1000
MOST_SECONDS = 12 * 3600
ERRNO_OF_FULL = (27, 28, 122)  # EFBIG, ENOSPC, EDQUOT

_NAMES: dict[FileKind, str] = {"video": "视频", "audio": "音频", "pdf": "PDF"}


class Rewritten(msgspec.Struct, frozen=True, tag=True):
    """What stands in the new file; `size` in bytes, `width` and `height` as it is shown, upright."""

    format: str
    size: int
    width: int | None = None
    height: int | None = None
    seconds: int | None = None


def file_too_large(kind: FileKind) -> Invalid:
    return Invalid("file_too_large", f"{_NAMES[kind]}超过 {MOST_BYTES[kind] // MB} MB，请压缩或剪短后再上传。")


def file_damaged(kind: FileKind) -> Invalid:
    return Invalid("file_damaged", f"这个{_NAMES[kind]}打不开或不完整，请重新导出后再上传。")


def video_not_playable() -> Invalid:
    return Invalid(
        "video_not_playable",
        "这个视频手机上放不了。请导出为 MP4：视频编码 H.264（8 位、4:2:0），声音编码 AAC，再上传。",
    )


def audio_not_playable() -> Invalid:
    return Invalid("audio_not_playable", "这个音频手机上放不了。请导出为 MP3，或者 AAC 编码的 M4A，再上传。")


def not_a_pdf() -> Invalid:
    return Invalid("not_a_pdf", "这不是 PDF 文件。请在 WPS 或 Word 里另存为 PDF，再上传。")


def pdf_locked() -> Invalid:
    return Invalid("pdf_locked", "这个 PDF 加了密码或限制，读者可能打不开。请取消加密，另存后再上传。")


def too_many_pages() -> Invalid:
    return Invalid("too_many_pages", f"这个 PDF 超过 {MOST_PAGES} 页，请分成几个文件。")
