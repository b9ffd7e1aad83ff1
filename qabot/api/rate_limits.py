"""How often one key and one address may ask."""

from math import ceil
from time import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

from qabot.errors import BadInput


class Limits:
    """Counts requests in this process. Rates are written as "60/minute"; raises BadInput."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = _rate("ADDRESS_LIMIT", address), _rate("KEY_LIMIT", key)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def of_address(self, address: str) -> None:
        """Count a request of an address; raises 429 where it makes too many."""
        self._hit(self._address, "address", address)

    def of_key(self, key: str) -> None:
        """Count a request with a key; raises 429 where it makes too many."""
        self._hit(self._key, "key", key)

    def _hit(self, rate: RateLimitItem, kind: str, who: str) -> None:
        if not self._limiter.hit(rate, kind, who):
            wait = ceil(self._limiter.get_window_stats(rate, kind, who).reset_time - time())
            raise HTTPException(
                429,
                f"More than {rate} from one {kind}; ask again in {max(1, wait)} seconds.",
                {"Retry-After": str(max(1, wait))},
            )


def _rate(name: str, written: str) -> RateLimitItem:
    try:
        return parse(written)
    except ValueError as error:
        raise BadInput(f"QABOT_{name} is {written!r}; set a rate such as 60/minute.") from error
