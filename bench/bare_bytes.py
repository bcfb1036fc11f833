"""What a kept answer is measured against: a bare Sanic handler that returns the same bytes from memory.

No limits, log, ids, security headers or ETag. Started as `python -m bench.bare_bytes PORT FILE PATH`.
"""

import sys
from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request, Sanic


def bare_app(body: bytes, path: str) -> Sanic[Any, Any]:
    """The application with its one route."""
    app: Sanic[Any, Any] = Sanic("bare_bytes", configure_logging=False)

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return HTTPResponse(b"{}", content_type="application/json")

    @app.get(path)
    async def article(_request: Request, **_: str) -> HTTPResponse:
        return HTTPResponse(body, content_type="application/json")

    return app


if __name__ == "__main__":
    bare_app(Path(sys.argv[2]).read_bytes(), sys.argv[3]).run(
        host="127.0.0.1", port=int(sys.argv[1]), single_process=True, motd=False, access_log=False
    )
