"""Every error as an answer: problem+json for the API, a plain page for people. Unforeseen ones are logged by place."""

import logging

from sanic import HTTPResponse, Request
from sanic.exceptions import MethodNotAllowed, RequestCancelled, SanicException
from sanic.handlers import ErrorHandler

from backend.database import is_database_away
from backend.errors import DomainError, trace
from backend.windows.error_page import error_page
from miniprogram_api.surface.problem import WORDS, answer, problem, status_of

logger = logging.getLogger(__name__)

_OUR_FAULT = ("internal_error", "系统出错了，您的数据没有丢失，请稍后再试。")


class ProblemHandler(ErrorHandler):
    """Answers every error. Neither log nor answer carries what was sent."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """The answer to any exception that a handler or Sanic raised."""
        request_id = str(request.ctx.request_id)
        if is_database_away(exception):
            logger.error("%s the database does not answer: %s", request_id, trace(exception))
        if isinstance(exception, DomainError):
            return _refusal(request, exception, request_id)
        status = _status(exception)
        code, detail = WORDS.get(status, _OUR_FAULT)
        if status == 500 and not isinstance(exception, RequestCancelled):  # the client went away: nobody reads this
            logger.error("%s unforeseen: %s", request_id, trace(exception))
        if not _is_api(request):
            return error_page(detail, status, request_id, request.path)
        headers = dict(exception.headers) if isinstance(exception, MethodNotAllowed) else {}
        return problem(status, code, detail, request_id, headers=headers)


def _refusal(request: Request, error: DomainError, request_id: str) -> HTTPResponse:
    if _is_api(request):
        return answer(error, request_id)
    return error_page(error.detail, status_of(error), request_id, request.path)


def _status(exception: Exception) -> int:
    """Sanic's own faults by their number; of those without a word here, the client's are a bad request."""
    status = exception.status_code if isinstance(exception, SanicException) else 500
    if status in WORDS:
        return status
    return 400 if 400 <= status < 500 else 500


def _is_api(request: Request) -> bool:
    return request.path.startswith("/api/")
