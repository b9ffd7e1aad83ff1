"""Who may ask, and from where.

A server key is a secret and opens everything. A publishable key stands in a web page: it works from
the origins it is bound to, for the company it is bound to. That keeps other sites out of browsers;
outside of a browser an origin can be made up, so the limits hold for every address too.
"""

from asyncio import to_thread
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qabot.answering.bot import Bot
from qabot.api.problems import problem, unavailable
from qabot.api.service import Service, service_of
from qabot.catalog.names import same_company
from qabot.errors import StoreUnavailable
from qabot.records import Entry
from qabot.state.store import Store
from qabot.state.stored import Key

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="A key made by `qabot keys add`.")),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes a request, as far as its key says."""

    key: Key | None  #: None: the service is open

    @property
    def bound(self) -> str | None:
        """The only company that the key is for; None: every company."""
        return self.key.company if self.key else None

    @property
    def audience(self) -> str:
        """Whom answers to this caller are for: keys of one company alike, "" where of every one."""
        return "" if self.bound is None else same_company(self.bound)

    def company(self, asked: str | None) -> str | None:
        """Return whose policies are asked about; raises 403 where the key is not for them."""
        if self.bound is None or asked is None:
            return self.bound or asked
        if same_company(asked) != same_company(self.bound):
            raise HTTPException(403, f"This key is for {self.bound} alone; leave the company out.")
        return self.bound

    def compared(self, asked: Sequence[str]) -> tuple[str, ...]:
        """Return the companies to compare; raises 403 where the key is for another, or for one."""
        if self.bound is not None and asked:
            raise HTTPException(403, f"This key is for {self.bound} alone: it cannot compare.")
        return tuple(asked)

    def among(self, companies: Collection[str]) -> frozenset[str] | None:
        """Return those of all companies that this caller may see; None: all."""
        return self.key.among(companies) if self.key else None

    def seen(self, bot: Bot) -> list[Entry]:
        """Return the versions that this caller may see, in the order of the corpus."""
        companies = self.among(bot.companies)
        entries = bot.index.corpus.entries
        return [one for one in entries if companies is None or one.company in companies]

    def sees(self, company: str, companies: Collection[str]) -> bool:
        """Tell whether this caller may see one of all companies."""
        among = self.among(companies)
        return among is None or company in among

    def reads(self, version: str, bot: Bot) -> bool:
        """Tell whether there is such a version that this caller may see.

        Where it may not it takes as long as where there is none: no text is looked at.
        """
        return any(entry.id == version for entry in self.seen(bot))


async def caller(request: Request, bearer: Bearer) -> Caller:
    """Return who asks; raises 401 or 403 where nobody may, 429 where somebody asks too often."""
    token = bearer.credentials if bearer else None
    return await admit(service_of(request), request, token, request.headers.get("origin"))


Admitted = Annotated[Caller, Depends(caller)]


async def admit(
    service: Service, connection: HTTPConnection, token: str | None, origin: str | None
) -> Caller:
    """Let a key in from its origins, or, where the service is open, whoever is on this machine."""
    address = connection.client.host if connection.client else ""
    key = await to_thread(service.store.find_key, token) if token else None
    if key is None or key.kind == "publishable":
        service.limits.of_address(address, connection)
    if key is None and token:
        raise HTTPException(
            401,
            "This key is unknown here, or revoked; ask whoever runs the service for another.",
            {"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    if key is None and not service.keyless:
        raise HTTPException(
            401, "A key is needed: Authorization: Bearer KEY.", {"WWW-Authenticate": "Bearer"}
        )
    if key is None:
        _refuse_strangers(connection, origin)
        return Caller(None)
    if key.kind == "publishable" and origin not in key.origins:
        raise HTTPException(403, "This key is not for pages of this origin.")
    service.limits.of_key(key.id, connection)
    return Caller(key)


def own_origin(connection: HTTPConnection) -> str:
    """Return the origin of the service's own pages, as the browser that asks sees it."""
    return f"{connection.url.scheme}://{connection.url.netloc}"


def _refuse_strangers(connection: HTTPConnection, origin: str | None) -> None:
    """Keep other sites' pages, and whoever a proxy lets through, out of an open service."""
    is_here = connection.url.hostname in _LOOPBACK
    if not is_here or origin not in (None, own_origin(connection)):
        raise HTTPException(403, "Without keys the service is for this machine alone.")
    if any(name in connection.headers for name in _FORWARDED):
        raise HTTPException(
            403,
            "Without keys the service is for this machine alone, and a proxy sent this from "
            "elsewhere; make a key: qabot keys add.",
        )


_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")  # that somebody else is behind it
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Cors(CORSMiddleware):
    """CORS for the origins of all keys, as of now; its refusals are problems too."""

    def __init__(self, app: ASGIApp, store: Store, allow_headers: Sequence[str]) -> None:
        super().__init__(
            app,
            allow_methods=("GET", "POST"),
            allow_headers=allow_headers,
            expose_headers=(
                *("ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"),
            ),
        )
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look up the origins, off the event loop, and only where a browser says its own."""
        if scope["type"] != "http" or "origin" not in Headers(scope=scope):
            await self.app(scope, receive, send)
            return
        try:
            self.allow_origins = await to_thread(self._store.origins)
        except StoreUnavailable as error:
            await unavailable(error)(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the answer to a browser that asks before it sends."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        if request_headers["origin"] in self.allow_origins:
            detail = "Pages of other origins may not send this method or these headers."
        else:
            detail = "No key is bound to this origin; add one: qabot keys add."
        return problem(403, detail, {"Vary": response.headers["Vary"]})
