"""What the score is measured against: a bare Sanic handler that does one asyncpg select by primary key.

It answers with what that row of the score holds as the database wrote it, about as many bytes as ours. No identity,
limits, log, headers or errors. Started as `python -m bench.bare PORT DATABASE_URL CONNECTIONS`.
"""

import sys
from itertools import cycle
from typing import Any

import asyncpg
from sanic import HTTPResponse, Request, Sanic

CITIZENS = 5000  # that are asked for in turn
_CITIZENS = "SELECT citizen_id FROM score LIMIT $1"
_SELECT = "SELECT points, base, parts, coming, changed_at FROM score WHERE citizen_id = $1"


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """Handed on without a reset, as our engine does: with one the bare handler would wait for two answers."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


def bare_app(database_url: str, connections: int) -> Sanic[Any, Any]:
    """The application; its pool is as large as that of the server it is compared with."""
    app: Sanic[Any, Any] = Sanic("bare", configure_logging=False)

    @app.before_server_start
    async def begin(app: Sanic[Any, Any]) -> None:
        app.ctx.pool = pool = await asyncpg.create_pool(
            database_url, min_size=0, max_size=connections, connection_class=_Connection, server_settings={"jit": "off"}
        )
        app.ctx.citizens = cycle([row[0] for row in await pool.fetch(_CITIZENS, CITIZENS)])

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return HTTPResponse(b"{}", content_type="application/json")

    @app.get("/api/v1/score")
    async def score(_request: Request) -> HTTPResponse:
        async with app.ctx.pool.acquire() as connection:
            row = await connection.fetchrow(_SELECT, next(app.ctx.citizens))
        body = f'{{"points":{row[0]},"base":{row[1]},"parts":{row[2]},"coming":{row[3]},"changed_at":"{row[4]}"}}'
        return HTTPResponse(body, content_type="application/json")

    return app


if __name__ == "__main__":
    bare_app(sys.argv[2], int(sys.argv[3])).run(
        host="127.0.0.1", port=int(sys.argv[1]), single_process=True, motd=False, access_log=False
    )
