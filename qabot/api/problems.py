"""Errors as people and programs get them: RFC 9457, and never a word of the request's body."""

from collections.abc import Mapping
from http import HTTPStatus

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qabot.errors import BadInput


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


async def _http(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, error.headers)


async def _bad_input(request: Request, error: Exception) -> ProblemResponse:
    return problem(422, str(error))


async def _validation(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    return problem(422, "; ".join(dict.fromkeys(map(_said, error.errors()))) + ".")


def _said(error: Mapping[str, object]) -> str:
    """Say which field is wrong and how; a field's name that the client made up is not repeated."""
    location, message = error["loc"], str(error["msg"]).rstrip(".")
    assert isinstance(location, tuple)
    if error["type"] == "extra_forbidden":
        return "There is a field that this operation does not have; see /docs"
    names = [str(part) for part in location[1:] if isinstance(part, str)]
    return f"{'.'.join(names) or location[0]}: {message}"
