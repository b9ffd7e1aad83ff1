"""The parts of a running service, and what can be set of it."""

from dataclasses import dataclass

from fastapi import Request

from qabot.api.answer_bodies import AnswerBodies
from qabot.api.answer_ids import AnswerIds
from qabot.api.rate_limits import Limits
from qabot.api.readiness import Readiness
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.service.page_links import OwnPages
from qabot.settings import Settings
from qabot.state.store import Store


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes work with."""

    live: LiveBot
    store: Store
    settings: Settings
    keyless: bool  #: no key is configured: whoever is on this machine may ask
    questions: Questions
    limits: Limits
    bodies: AnswerBodies
    readiness: Readiness
    link_secret: bytes  #: signs links to our own pages, and the ids of answers


def pages_of(request: Request) -> OwnPages:
    """Return our own pages, at the address that is set or that the request came to."""
    service = service_of(request)
    base = service.settings.public_url or str(request.base_url)
    return OwnPages(base, service.link_secret, service.settings.link_days)


def ids_of(request: Request) -> AnswerIds:
    """Return what signs and knows the ids of this service's answers."""
    return AnswerIds(service_of(request).link_secret)


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    service: Service = request.app.state.service
    return service
