"""Who may ask, and from where.

A server key is a secret and opens everything. A publishable key stands in a web page: it works from
the origins it is bound to, for the company it is bound to. That keeps other sites out of browsers;
outside of a browser an origin can be made up, so the limits hold for every address too.
"""

from asyncio import to_thread
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import Response

from qabot.api.problems import problem
from qabot.api.service import Service, service_of
from qabot.state.records import Key
from qabot.state.store import Store

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="A key made by `qabot keys add`.")),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes a request, as far as its key says."""

    key: Key | None  #: None: the service is open

    def company(self, asked: str | None) -> str | None:
        """Return whose policies are asked about; raises 403 where the key is not for them."""
        bound = self.key.company if self.key else None
        if bound is not None and asked not in (None, bound):
            raise HTTPException(403, f"This key is for {bound} alone; leave the company out.")
        return bound or asked

    def sees(self, company: str) -> bool:
        """Tell whether this caller may read a company's policies."""
        return self.key is None or self.key.company in (None, company)


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
        service.limits.of_address(address)
    if key is None and (token or not service.keyless):
        raise HTTPException(
            401, "A key is needed: Authorization: Bearer KEY.", {"WWW-Authenticate": "Bearer"}
        )
    if key is None:
        _refuse_strangers(connection, origin)
        return Caller(None)
    if key.kind == "publishable" and origin not in key.origins:
        raise HTTPException(403, "This key is not for pages of this origin.")
    service.limits.of_key(key.id)
    return Caller(key)


def own_origin(connection: HTTPConnection) -> str:
    """Return the origin of the service's own pages, as the browser that asks sees it."""
    return f"{connection.url.scheme}://{connection.url.netloc}"


def _refuse_strangers(connection: HTTPConnection, origin: str | None) -> None:
    """Keep the pages of other sites out of an open service, under whatever name they reach it."""
    is_here = connection.url.hostname in _LOOPBACK
    if not is_here or origin not in (None, own_origin(connection)):
        raise HTTPException(403, "Without keys the service is for this machine alone.")


_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Origins(Collection[str]):
    """The origins of all keys, as of now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __contains__(self, origin: object) -> bool:
        return origin in self._store.origins()

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.origins())

    def __len__(self) -> int:
        return len(self._store.origins())


class Cors(CORSMiddleware):
    """CORS whose refusals are problems too."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the answer to a browser that asks before it sends."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        return problem(403, "No key is bound to this origin; add one: qabot keys add.")
