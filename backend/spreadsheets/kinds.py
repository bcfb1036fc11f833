"""What kind of file this is, told by its bytes: a name ending in .xlsx proves nothing."""

from pathlib import Path
from typing import Literal

from backend.spreadsheets import refusals

_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
_BY_FIRST_BYTES = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"{\\rtf", "文档"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"SQLite format 3", "数据库文件"),
)
_TEXT_MARKS = (b"\xff\xfe", b"\xfe\xff")


def recognise(path: Path) -> Literal["workbook", "text"]:
    """Whether the file is an .xlsx workbook or, as far as its first bytes tell, text. Raises Invalid for all else."""
    size = path.stat().st_size
    if size == 0:
        raise refusals.empty()
    if size > refusals.MOST_BYTES:
        raise refusals.too_large()
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook"
    if head.startswith(_OLE):
        raise refusals.encrypted() if _is_encrypted(path) else refusals.wrong_kind("旧版 .xls 或 WPS 格式的文件")
    _refuse_other(head)
    return "text"


def workbook_or_refuse(names: frozenset[str]) -> None:
    """Refuse a zip archive that is not an .xlsx workbook; `names` are its members."""
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise refusals.wrong_kind("二进制工作簿（.xlsb）")
    if "word/document.xml" in names:
        raise refusals.wrong_kind("Word 文档")
    if "ppt/presentation.xml" in names:
        raise refusals.wrong_kind("演示文稿")
    if "content.xml" in names:
        raise refusals.wrong_kind("OpenDocument 文件")
    raise refusals.wrong_kind("压缩包")


def _refuse_other(head: bytes) -> None:
    for start, what in _BY_FIRST_BYTES:
        if head.startswith(start):
            raise refusals.wrong_kind(what)
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise refusals.wrong_kind("图片或视频")
    if b"\x00" in head and not head.startswith(_TEXT_MARKS):
        raise refusals.wrong_kind("二进制文件")
    # Many systems export a web page and call it .xls.
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise refusals.wrong_kind("网页或 XML 文件")


def _is_encrypted(path: Path) -> bool:
    """An encrypted .xlsx is an OLE container with a stream of this name; its directory may stand anywhere."""
    with path.open("rb") as file:
        carried = b""
        while chunk := file.read(refusals.MEGABYTE):
            if _ENCRYPTED_MARK in carried + chunk:
                return True
            carried = chunk[-len(_ENCRYPTED_MARK) :]
    return False
