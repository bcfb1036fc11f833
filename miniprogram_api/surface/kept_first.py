"""Sanic, which gives what is kept before it looks for a route: in a rush, readers ask for little else."""

from asyncio import CancelledError
from typing import Any

from sanic import Request, Sanic


class KeptFirst(Sanic[Any, Any]):
    """Its `ctx.give_kept` answers a request at once, or says None to what is to go the usual way."""

    async def handle_request(self, request: Request) -> None:
        """What the server calls for each request. A body, which no read of ours has, goes the usual way, too."""
        if request.method != "GET" or request.stream is None or request.stream.request_body:
            await super().handle_request(request)
            return
        try:
            answer = self.ctx.give_kept(request)
            if answer is not None:
                await (await request.respond(answer)).send(end_stream=True)
                return
        except CancelledError:
            raise
        except Exception as error:
            await self.handle_exception(request, error, run_middleware=False)
            return
        await super().handle_request(request)
