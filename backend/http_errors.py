"""Every error as an answer: problem+json for the API, a plain page for people. Unforeseen ones are logged by place."""

import logging

from sanic import HTTPResponse, Request
from sanic.exceptions import MethodNotAllowed, SanicException
from sanic.handlers import ErrorHandler

from backend.database import is_database_away
from backend.errors import DomainError, trace
from backend.windows.error_page import error_page
from miniprogram_api.surface.problem import answer, problem, status_of

logger = logging.getLogger(__name__)

_WORDS = {
    400: ("bad_request", "请求无法读取，请更新小程序后重试。"),
    404: ("not_found", "没有找到您要的内容。"),
    405: ("method_not_allowed", "这里不支持这样的操作。"),
    408: ("too_slow", "网络太慢，没有收到完整的请求，请重试。"),
    413: ("too_large", "提交的内容太大。"),
    503: ("unavailable", "暂时无法服务，请稍后再试。"),
}
_OUR_FAULT = ("internal_error", "系统出错了，您的数据没有丢失，请稍后再试。")


class ProblemHandler(ErrorHandler):
    """Answers every error. Neither log nor answer carries what was sent."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """The answer to any exception that a handler or Sanic raised."""
        request_id = str(request.ctx.request_id) if hasattr(request.ctx, "request_id") else ""
        if is_database_away(exception):
            logger.error("%s the database does not answer: %s", request_id, trace(exception))
        if isinstance(exception, DomainError):
            return _refusal(request, exception, request_id)
        status = exception.status_code if isinstance(exception, SanicException) else 500
        code, detail = _WORDS.get(status, _OUR_FAULT)
        if (code, detail) == _OUR_FAULT:
            status = 500
            logger.error("%s unforeseen: %s", request_id, trace(exception))
        if not _is_api(request):
            return error_page(detail, status, request_id)
        headers = dict(exception.headers) if isinstance(exception, MethodNotAllowed) else {}
        return problem(status, code, detail, request_id, headers=headers)


def _refusal(request: Request, error: DomainError, request_id: str) -> HTTPResponse:
    if _is_api(request):
        return answer(error, request_id)
    return error_page(error.detail, status_of(error), request_id)


def _is_api(request: Request) -> bool:
    return request.path.startswith("/api/")
