"""How often one key and one address may ask, and the headers that say so.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10:
https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from pathlib import Path

from limits import RateLimitItem, parse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from qabot.api.shared_counts import SharedCounts
from qabot.errors import BadInput

_NETWORK = 64  # bits of an IPv6 address that one customer of a provider is given


class Limits:
    """Counts requests. Rates are written as "60/minute"; raises BadInput.

    Processes that give the same file count together.
    """

    def __init__(self, address: str, key: str, file: Path | None = None) -> None:
        self._address, self._key = _rate("ADDRESS_LIMIT", address), _rate("KEY_LIMIT", key)
        self._counts = SharedCounts(file)

    def of_address(self, address: str, connection: HTTPConnection) -> None:
        """Count a request of an address; raises 429 where its network makes too many."""
        self._hit(self._address, "address", _network(address), connection)

    def of_key(self, key: str, connection: HTTPConnection) -> None:
        """Count a request with a key; raises 429 where it makes too many."""
        self._hit(self._key, "key", key, connection)

    def _hit(self, rate: RateLimitItem, kind: str, who: str, connection: HTTPConnection) -> None:
        found = self._counts.hit(f"{kind} {who}", rate.amount, rate.get_expiry())
        wait = max(1, ceil(found.seconds))
        said: tuple[list[str], list[str]] = getattr(connection.state, "rate_limits", ([], []))
        policies, limits = said
        policies.append(f'"{kind}";q={rate.amount};w={rate.get_expiry()}')
        limits.append(f'"{kind}";r={found.remaining};t={wait}')
        connection.state.rate_limits = said
        if not found.is_allowed:
            raise HTTPException(
                429,
                f"More than {rate} from one {kind}; ask again in {wait} seconds.",
                {"Retry-After": str(wait)},
            )


def rate_limit_headers(state: dict[str, object]) -> list[tuple[bytes, bytes]]:
    """Return the headers that tell a client what a request counted against, from its ASGI state."""
    found = state.get("rate_limits")
    if not isinstance(found, tuple):
        return []
    names = b"ratelimit-policy", b"ratelimit"
    return [(name, ", ".join(one).encode()) for name, one in zip(names, found, strict=True)]


def _network(address: str) -> str:
    """Return what counts as one address: of IPv6 the network that one household or server has."""
    try:
        found = ip_address(address)
    except ValueError:  # no address: a Unix socket
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _NETWORK), strict=False))
    return address


def _rate(name: str, written: str) -> RateLimitItem:
    try:
        return parse(written)
    except ValueError as error:
        raise BadInput(f"QABOT_{name} is {written!r}; set a rate such as 60/minute.") from error
