"""What is indexed: policies, versions with their texts, what changed between them, the build."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from qabot.answering.bot import Bot
from qabot.api.access import Admitted, Bearer, Caller, caller
from qabot.api.pages.page_response import page
from qabot.api.pages.page_templates import changes_page, version_page
from qabot.api.schemas import policy_schemas, request_schemas
from qabot.api.service import pages_of, service_of
from qabot.changes.about import about
from qabot.changes.compare import compare
from qabot.changes.passage_now import passage_now
from qabot.records import Passage, Version
from qabot.service.contract import changes_fields, policy_fields, version_fields

router = APIRouter(tags=["policies"])

_AT = r"^\d{1,9}-\d{1,9}$"  # letters of a text: from, to before


@router.get(
    "/v1/policies", response_model=list[policy_schemas.Policy], response_model_exclude_unset=True
)
def policies(request: Request, caller: Admitted) -> list[dict[str, Any]]:
    """List the policies, each with its versions and when they are in force."""
    return policy_fields(caller.seen(service_of(request).live.bot))


@router.get(
    "/v1/policies/{policy:path}/changes",
    response_model=policy_schemas.Changes,
    response_model_exclude_unset=True,
    responses={200: {"content": {"text/html": {}}}},
)
def changes(
    policy: str,
    request: Request,
    response: Response,
    caller: Admitted,
    since: Annotated[request_schemas.Day | None, Query(alias="from")] = None,
    until: Annotated[request_schemas.Day | None, Query(alias="to")] = None,
    phrase: Annotated[request_schemas.CompanyName | None, Query(alias="about")] = None,
) -> dict[str, Any] | Response:
    """Compare two versions of a policy: those in force on two days, else the newest two.

    To a browser it is a page. With `about`, only changes that are about a phrase, by its words or
    their meaning, are returned.
    """
    bot = service_of(request).live.bot
    if not any(entry.policy == policy for entry in caller.seen(bot)):
        raise HTTPException(404, _NO_POLICY)
    found = compare(bot.index.corpus, policy, since, until)
    if phrase:
        found = about(found, phrase, bot)
    if "text/html" in request.headers.get("accept", ""):
        url = pages_of(request).url
        return page(changes_page(found, request.scope["root_path"], version_url=url))
    response.headers["Vary"] = "Accept"
    return changes_fields(found)


async def _reader(request: Request, version: str, bearer: Bearer, access: str = "") -> Caller:
    """Let in whoever was given a link to this version, as well as whoever has a key."""
    service = service_of(request)
    if not access:
        return await caller(request, bearer)
    if not pages_of(request).opens(version, access):
        try:
            return await caller(request, bearer)
        except HTTPException as error:
            if error.status_code not in (401, 403):
                raise
            detail = "This link has expired, or is not whole; ask the question again for a new one."
            raise HTTPException(error.status_code, detail, error.headers) from error
    service.limits.of_address(request.client.host if request.client else "", request)
    return Caller(None)


@router.get(
    "/v1/versions/{version:path}",
    response_model=policy_schemas.Version,
    response_model_exclude_unset=True,
    responses={200: {"content": {"text/html": {}}}},
)
def version(
    version: str,
    request: Request,
    response: Response,
    reader: Annotated[Caller, Depends(_reader)],
    changes: Annotated[
        bool, Query(description="To a browser: what changed from the version before.")
    ] = False,
    since: Annotated[
        request_schemas.Day | None,
        Query(description="With `changes`: from the version in force on this day instead."),
    ] = None,
    at: Annotated[
        str | None,
        Query(
            pattern=_AT,
            description="To a browser, of a superseded version: what became of these letters of "
            "the text, START-END.",
            examples=["120-184"],
        ),
    ] = None,
) -> dict[str, Any] | Response:
    """Return a version with its text; to a browser, as a page to read.

    On the page each passage has the anchor `p` and its start.
    """
    bot = service_of(request).live.bot
    if not reader.reads(version, bot):
        raise HTTPException(404, _NO_VERSION)
    found, passages = _version(bot, version)
    if "text/html" in request.headers.get("accept", ""):
        return page(_page(found, passages, request, at, changes=changes, since=since))
    response.headers["Vary"] = "Accept"
    return version_fields(found, passages)


def _page(
    version: Version,
    passages: list[Passage],
    request: Request,
    at: str | None,
    *,
    changes: bool,
    since: date | None,
) -> str:
    """Return the page of a version, or of what changed from the one before."""
    corpus = service_of(request).live.bot.index.corpus
    root, pages = request.scope["root_path"], pages_of(request)
    access = request.query_params.get("access", "")
    url = pages.as_long_as(access).url if pages.opens(version.id, access) else pages.url
    if changes and version.effective_from:
        found = compare(corpus, version.policy, since, version.effective_from)
        return changes_page(found, root, version_url=url)
    others = [
        one for one in corpus.entries if one.company == version.company and one.id != version.id
    ]
    start, end = map(int, at.split("-")) if at else (0, 0)
    now = passage_now(corpus, version.id, start, end, date.today()) if at else None
    return version_page(version, passages, root, others=others, version_url=url, now=now)


@router.get("/v1/build", response_model=policy_schemas.Build)
def build(request: Request, caller: Admitted) -> dict[str, Any]:
    """Describe the build that answers, as far as the caller may see it."""
    bot = service_of(request).live.bot
    index, entries = bot.index, caller.seen(bot)
    days = [entry.effective_from for entry in entries if entry.effective_from]
    return {
        "build": index.manifest.id,
        "created": index.manifest.created,
        "encoder": index.manifest.encoder.name,
        "counts": {
            "companies": len({entry.company for entry in entries}),
            "policies": len({entry.policy for entry in entries}),
            "versions": len(entries),
            "passages": sum(len(entry.rows) for entry in entries),
        },
        "oldest": min(days, default=None),
        "newest": max(days, default=None),
    }


_NO_POLICY = "There is no such policy; GET /v1/policies lists them."
_NO_VERSION = "There is no such version; GET /v1/policies lists them."


def _version(bot: Bot, version: str) -> tuple[Version, list[Passage]]:
    found = bot.index.corpus.version(version)
    assert found is not None
    return found, bot.index.corpus.passages(bot.index.corpus.entry(version).rows)
