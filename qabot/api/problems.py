"""Errors as people and programs get them: RFC 9457, and nothing that a request's body said."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from http import HTTPStatus

import structlog
from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from qabot.api.pages.page_response import page, wants_page
from qabot.api.pages.page_templates import refusal_page
from qabot.api.schemas.request_schemas import BODIES
from qabot.errors import BadInput, StoreUnavailable
from qabot.service.ask import TooManyQuestions

_log = structlog.get_logger("qabot.request")


class Problem(BaseModel):
    """What went wrong, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None


class ProblemResponse(JSONResponse):
    """A problem; its title says what the status means, its detail what to do."""

    media_type = "application/problem+json"


def problem(
    status: int, detail: str | None = None, headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    """Return a response that says what went wrong, with the request's id."""
    title = HTTPStatus(status).phrase
    request_id = correlation_id.get()
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
        "request_id": request_id,
    }
    return ProblemResponse(content, status_code=status, headers=headers)


def add_problem_handlers(api: FastAPI) -> None:
    """Let every error of the routes become a problem."""
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _validation)
    api.add_exception_handler(BadInput, _bad_input)
    api.add_exception_handler(StoreUnavailable, _unavailable)
    api.add_exception_handler(TooManyQuestions, _too_many)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _said_to(request, problem(error.status_code, error.detail, error.headers), error.detail)


def too_large(request: Request, detail: str) -> Response:
    """Say that a body is larger than is taken."""
    return _said_to(request, problem(413, detail), detail)


def _said_to(request: Request, answer: ProblemResponse, detail: str) -> Response:
    """Return a problem or, to a person in a browser, a page that says the same."""
    if not wants_page(request):
        return answer
    html = refusal_page(answer.status_code, detail, request.scope.get("root_path", ""))
    kept = ("www-authenticate", "retry-after")
    headers = {name: value for name, value in answer.headers.items() if name in kept}
    return page(html, answer.status_code, headers)


async def _bad_input(request: Request, error: Exception) -> Response:
    return _said_to(request, problem(422, str(error)), str(error))


async def _unavailable(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreUnavailable)
    return _said_to(request, unavailable(error), _NO_STORE)


async def _too_many(request: Request, error: Exception) -> Response:
    return _said_to(request, problem(503, str(error), {"Retry-After": "1"}), str(error))


def unavailable(error: StoreUnavailable) -> ProblemResponse:
    """Say that keys and feedback cannot be read or written now; why, only the log says."""
    _log.error("store unavailable", request_id=correlation_id.get(), reason=str(error))
    return problem(503, _NO_STORE, {"Retry-After": "5"})


_NO_STORE = "The service cannot reach its store now; try again in some seconds."


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    detail = said(error.errors())
    return _said_to(request, problem(422, detail), detail)


def said(errors: Iterable[Mapping[str, object]]) -> str:
    """Say in one sentence what pydantic found; each error's location begins with what was read."""
    found = "; ".join(dict.fromkeys(map(_said, errors)))
    return found if found.endswith("?") else f"{found}."


def _said(error: Mapping[str, object]) -> str:
    """Say which field is wrong and how; of a field that is none, what its name may stand for."""
    location = error["loc"]
    message = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    assert isinstance(location, tuple)
    if error["type"] == "extra_forbidden":
        return _no_field(str(location[-1]))
    names = [str(part) for part in location[1:] if isinstance(part, str)]
    return f"{'.'.join(names) or location[0]}: {message}"


def _no_field(name: str) -> str:
    """Say that there is no such field; a name that is like none of ours is not repeated."""
    fields = sorted({field for model in BODIES for field in model.model_fields})
    meant = get_close_matches(name.lower(), fields, 1)
    if meant:
        return f"There is no field {name!r}: did you mean {meant[0]!r}?"
    return "There is a field that is not in the schema: /docs lists those there are"
