"""Links to our own page of a version, for citations whose policy has no public address."""

from dataclasses import replace
from hmac import compare_digest
from hmac import digest as hmac_digest
from urllib.parse import quote

from fastapi import Request

from qabot.api.service import Service
from qabot.records import Answer, Citation

_SIGNS = 16  # bytes of the signature: 128 bits cannot be guessed


def signature(service: Service, version: str) -> str:
    """Return what lets a browser without a key read one version: who was cited it may read it."""
    signed = hmac_digest(service.link_secret, version.encode(), "sha256")
    return signed[:_SIGNS].hex()


def is_signed(service: Service, version: str, access: str) -> bool:
    """Tell whether `access` is the signature of a version."""
    return compare_digest(signature(service, version).encode(), access.encode(errors="replace"))


def version_url(service: Service, request: Request, version: str) -> str:
    """Return the address of the page of a version."""
    base = service.settings.public_url or str(request.base_url)
    access = "" if service.keyless else f"?access={signature(service, version)}"
    return f"{base.rstrip('/')}/v1/versions/{quote(version)}{access}"


def with_links(answer: Answer, service: Service, request: Request) -> Answer:
    """Return the answer, each citation with a link."""

    def linked(citation: Citation) -> Citation:
        if citation.url is not None:
            return citation
        page = version_url(service, request, citation.version)
        spot = citation.highlight[0] if citation.highlight else citation
        return replace(citation, url=f"{page}#p{spot.start}")

    return replace(
        answer,
        citations=tuple(map(linked, answer.citations)),
        nearest=tuple(map(linked, answer.nearest)),
    )
