"""Origins of web pages, written as browsers send them."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

from qabot.errors import BadInput

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@:\[\]%]+)(?::(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def exact_origin(written: str) -> str:
    """Return an origin as a browser sends it: lower case, in ASCII, without the default port."""
    origin = _ORIGIN.fullmatch(written)
    if origin is None:
        raise _no_origin(written)
    scheme, port = origin["scheme"].lower(), int(origin["port"] or 0)
    try:
        host = _host(origin["host"].lower())
    except (idna.IDNAError, AddressValueError) as error:
        raise _no_origin(written) from error
    if not _NAME.fullmatch(host) and not host.startswith("[") or port > 65535:
        raise _no_origin(written)
    return f"{scheme}://{host}" + (f":{port}" if port not in (0, _DEFAULT_PORTS[scheme]) else "")


def _host(host: str) -> str:
    if host.startswith("["):
        return f"[{IPv6Address(host[1:-1]).compressed}]"
    name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    if name.rpartition(".")[2].isdecimal():  # also what was written in other digits
        return str(IPv4Address(name))
    return name


def _no_origin(written: str) -> BadInput:
    return BadInput(
        f"{written!r} is no exact origin; write scheme and host alone, as https://help.example.com "
        "or http://localhost:8080, one --origin for each."
    )
