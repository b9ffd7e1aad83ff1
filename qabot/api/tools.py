"""What agents can do here: ask the policies, and read a version to check a quote."""

from asyncio import to_thread
from datetime import date
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from qabot.api.access import Caller
from qabot.api.ask_route import answer_to, put_by
from qabot.api.schemas import policy_schemas, request_schemas
from qabot.api.service import pages_of, service_of
from qabot.records import Span, Version

_MOST_TEXT = 20_000  # code points at once: about 5,000 tokens, which every agent has room for


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


class PolicyInForce(BaseModel):
    """A policy, and its version in force today."""

    policy: str
    title: str
    version: str


class Company(BaseModel):
    """A company, and what is in force today of its policies."""

    company: str
    policies: list[PolicyInForce]


class Companies(BaseModel):
    """The companies that the caller may see, in the order of their names."""

    companies: list[Company]


class Excerpt(BaseModel):
    """A version of a policy, and which part of its text; without start and end, from its start."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(max_length=500, description="Its id, as a citation has it.")
    start: Annotated[request_schemas.Count, Field(ge=0)] | None = Field(
        None, description="First code point; else 0."
    )
    end: Annotated[request_schemas.Count, Field(ge=1)] | None = Field(
        None, description="Code point after the last; else the text's end."
    )


class VersionText(BaseModel):
    """A version, and a part of its text; every offset counts code points of the whole text."""

    version: str
    company: str
    policy: str
    title: str
    effective_from: date | None
    effective_until: date | None = Field(description="First day no longer in force.")
    url: str
    sha256: str = Field(description="Of the whole text.")
    length: int = Field(description="Of the whole text.")
    start: int
    end: int
    text: str = Field(description="The text from start to end.")
    next_start: int | None = Field(
        description=f"Where to go on: at most {_MOST_TEXT} code points come at once. "
        "Null: this is all that was asked for."
    )
    sections: list[policy_schemas.Section] = Field(description="Those that the part lies in.")


async def search_policies(
    question: request_schemas.Question, caller: Caller, request: Request
) -> dict[str, Any]:
    """Return what POST /v1/ask returns."""
    return await answer_to(caller, put_by(caller, question, request), request)


async def list_companies(nothing: Nothing, caller: Caller, request: Request) -> dict[str, Any]:
    """Return the companies and the policies that are in force today."""
    today = Span.of_day(date.today())
    found: dict[str, list[dict[str, str]]] = {}
    for entry in caller.seen(service_of(request).live.bot):
        policies = found.setdefault(entry.company, [])
        if entry.is_in_force(today):
            policies.append({"policy": entry.policy, "title": entry.title, "version": entry.id})
    return {
        "companies": [
            {"company": company, "policies": found[company]}
            for company in sorted(found, key=str.casefold)
        ]
    }


async def get_version(excerpt: Excerpt, caller: Caller, request: Request) -> dict[str, Any]:
    """Return a version and the part of its text that was asked for; raises 404 and 422."""
    service = service_of(request)
    bot = service.live.bot
    is_read = caller.reads(excerpt.version, bot)
    found = await to_thread(bot.index.corpus.version, excerpt.version) if is_read else None
    if found is None:
        raise HTTPException(404, "There is no such version; search_policies names those it cites.")
    start, end, wanted = _part(found, excerpt)
    return {
        "version": found.id,
        "company": found.company,
        "policy": found.policy,
        "title": found.title,
        "effective_from": found.effective_from,
        "effective_until": found.effective_until,
        "url": found.url or pages_of(request).url(found.id),
        "sha256": found.sha256,
        "length": len(found.text),
        "start": start,
        "end": end,
        "text": found.text[start:end],
        "next_start": end if end < wanted else None,
        "sections": [
            {"start": section.start, "end": section.end, "trail": section.trail}
            for section in found.sections
            if section.start < end and section.end > start
        ],
    }


def _part(version: Version, excerpt: Excerpt) -> tuple[int, int, int]:
    """Return start and end of what is given of a text, and the end of what was asked for."""
    length = len(version.text)
    start = excerpt.start or 0
    wanted = min(length, length if excerpt.end is None else excerpt.end)
    if start >= wanted:
        raise HTTPException(
            422, f"No text is there: start comes before end, and the text has {length} code points."
        )
    return start, min(wanted, start + _MOST_TEXT), wanted
