"""A workbook that the browser saves under a name."""

from io import BytesIO
from urllib.parse import quote

from sanic import HTTPResponse

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(target: BytesIO, name: str) -> HTTPResponse:
    """The .xlsx in `target`; nobody in between keeps it."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return HTTPResponse(target.getvalue(), 200, headers, _XLSX)
