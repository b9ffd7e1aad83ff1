"""Who may see the owner's page: a cookie after a one-time link or a server key, and its forms."""

from asyncio import to_thread
from dataclasses import dataclass
from hmac import compare_digest
from hmac import digest as hmac_digest
from secrets import token_hex
from time import time
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from qabot.api.service import service_of

COOKIE = "qabot_owner"
_HOURS = 8  # that a session lasts
_NO_SESSION = "Open the link that this prints, or give a server key: qabot owner"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes sessions and knows them again: signed, so that every replica knows them."""

    secret: bytes

    def new(self, key: str) -> str:
        """Return the value of a new session's cookie; `key` is the id of the key that began it."""
        signed = f"{int(time()) + _HOURS * 3600}.{token_hex(16)}.{key}"
        return f"{signed}.{self._signature('session', signed)}"

    def holds(self, cookie: str) -> bool:
        """Tell whether a cookie is one of ours, and has not expired."""
        signed, _, signature = cookie.rpartition(".")
        expires = signed.partition(".")[0]
        genuine = self._signature("session", signed)
        is_genuine = compare_digest(genuine.encode(), signature.encode(errors="replace"))
        return is_genuine and int(expires) > time()

    @staticmethod
    def key(cookie: str) -> str:
        """Return the id of the key that began a session; "" where it was a one-time link."""
        return cookie.split(".")[2]

    def form_token(self, cookie: str) -> str:
        """Return what the forms of a session carry: another site cannot know it."""
        return self._signature("form", cookie)

    def _signature(self, use: str, signed: str) -> str:
        return hmac_digest(self.secret, f"owner {use} {signed}".encode(), "sha256").hex()


def sessions_of(request: Request) -> Sessions:
    """Return what knows this service's sessions."""
    return Sessions(service_of(request).link_secret)


def enter(response: Response, request: Request, key: str) -> None:
    """Set the cookie of a new session: for this site's own pages, and for no script.

    `key` is the id of the key that begins it, "" for a one-time link.
    """
    response.set_cookie(
        COOKIE,
        sessions_of(request).new(key),
        max_age=_HOURS * 3600,
        path=f"{request.scope['root_path']}/owner",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def leave(response: Response, request: Request) -> None:
    """Take the cookie of a session away from its browser."""
    response.delete_cookie(COOKIE, path=f"{request.scope['root_path']}/owner")


def has_session(request: Request) -> bool:
    """Tell whether a request comes with a session's cookie, be its key revoked or not."""
    is_on = service_of(request).settings.owner
    return is_on and sessions_of(request).holds(request.cookies.get(COOKIE, ""))


def is_let_in(request: Request) -> bool:
    """Tell whether a request comes with a session that holds: it ends when its key is revoked."""
    if not has_session(request):
        return False
    key = sessions_of(request).key(request.cookies[COOKIE])
    return not key or service_of(request).store.has_key(key)


async def owner(request: Request) -> str:
    """Let in whoever has a session; return its cookie. Raises 404 where the page is off."""
    if not service_of(request).settings.owner:
        raise HTTPException(404, "The owner's page is off: QABOT_OWNER=on.")
    if not await to_thread(is_let_in, request):
        raise HTTPException(401, _NO_SESSION)
    return request.cookies[COOKIE]


async def acting_owner(request: Request, form_token: Annotated[str, Form()] = "") -> str:
    """Let in whoever has a session and sends one of its forms; raises 403 for another's."""
    cookie = await owner(request)
    genuine = sessions_of(request).form_token(cookie)
    if not compare_digest(genuine.encode(), form_token.encode(errors="replace")):
        raise HTTPException(403, "This form is not of your session: open the page again.")
    return cookie


Owner = Annotated[str, Depends(owner)]
ActingOwner = Annotated[str, Depends(acting_owner)]
