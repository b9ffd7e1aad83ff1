"""Pages as responses."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import HTMLResponse

_FORMS = "form-action 'self'"  # of a page with forms of ours
_STRICT = (  # https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(
    html: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    has_forms: bool = False,
) -> HTMLResponse:
    """Return a page that runs and loads nothing but what the service itself serves.

    One with forms is the owner's: it is kept in no cache.
    """
    policy = _STRICT.replace("form-action 'none'", _FORMS) if has_forms else _STRICT
    kept = {"Cache-Control": "no-store"} if has_forms else {}
    return HTMLResponse(
        html,
        status_code=status,
        headers={
            **kept,
            **(headers or {}),
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept",
        },
    )


def wants_page(request: Request) -> bool:
    """Tell whether a person looks at this in a browser: a page of ours, asked for as HTML."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    is_changes = path.startswith("/v1/policies/") and path.endswith("/changes")
    is_page = path == "/" or path.startswith(("/v1/versions/", "/owner")) or is_changes
    return is_page and "text/html" in request.headers.get("accept", "")
