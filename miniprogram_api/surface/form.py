"""The parts of a multipart form as python-multipart hears them: one file, and a few short texts beside it."""

import hashlib
from io import BytesIO
from typing import IO, TYPE_CHECKING

from python_multipart.multipart import parse_options_header
from sanic.exceptions import PayloadTooLarge

from backend.errors import FieldError, Invalid, invalid_fields
from miniprogram_api.surface.body import safe_name

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILE = "file"
MOST_FIELDS = 10
MOST_NAME = 40  # characters of a field's name
MOST_TEXT = 4096  # bytes of a field's text


def unreadable_upload() -> Invalid:
    """The form is broken or was cut short."""
    return Invalid("unreadable_upload", "没有收到完整的文件，请重新上传。")


class Form:
    """What is gathered of one form while it comes in. The file's name is not kept: it may say anything of anybody."""

    def __init__(self, most_bytes: int, into: IO[bytes] | None = None) -> None:
        """`into`: an open file that takes what comes, so that a large one need not be held in memory."""
        self._most_bytes = most_bytes
        self._into = into
        self._received = 0  # bytes of the file
        self._texts: dict[str, bytearray] = {}
        self._file: IO[bytes] | None = None
        self._part = ""  # the field that comes in now
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._ended = False
        self.digest = hashlib.sha256()  # of the file

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._name_part,
            "on_part_data": self._take,
            "on_end": self._end,
        }

    def finished(self) -> tuple[dict[str, str], bytes]:
        """The texts and the file. Raises as `texts`."""
        texts = self.texts()
        assert isinstance(self._file, BytesIO)  # noqa: S101
        return texts, self._file.getvalue()

    def texts(self) -> dict[str, str]:
        """The texts. Raises Invalid when the form was cut short, lacks the file, or has no proper text."""
        if not self._ended:
            raise unreadable_upload()
        if not self._received:
            raise invalid_fields([FieldError(FILE, "required", "请选择要上传的文件。")])
        try:
            return {name: text.decode() for name, text in self._texts.items()}
        except UnicodeDecodeError:
            raise unreadable_upload() from None

    def _begin(self) -> None:
        self._disposition = b""
        self._clear_header()

    def _clear_header(self) -> None:
        for each in self._header:
            each.clear()

    def _end_header(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = bytes(value)
        self._clear_header()

    def _name_part(self) -> None:
        kind, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or not name:
            raise unreadable_upload()
        if len(name) > MOST_NAME:
            raise invalid_fields([FieldError(safe_name(name), "unknown_field", "没有这一项。")])
        if (self._file is not None) if name == FILE else (name in self._texts):
            raise invalid_fields([FieldError(safe_name(name), "given_twice", "只能填写一次。")])
        self._part = name
        if name == FILE:
            self._file = BytesIO() if self._into is None else self._into
        elif len(self._texts) >= MOST_FIELDS:
            raise unreadable_upload()
        else:
            self._texts[name] = bytearray()

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._part == FILE and self._file is not None:
            self._received += end - start
            if self._received > self._most_bytes:
                raise PayloadTooLarge
            self._file.write(data[start:end])
            self.digest.update(data[start:end])
            return
        text = self._texts[self._part]
        if len(text) + end - start > MOST_TEXT:
            raise invalid_fields([FieldError(safe_name(self._part), "too_long", f"太长，最多 {MOST_TEXT} 个字节。")])
        text.extend(data[start:end])

    def _end(self) -> None:
        self._ended = True
