"""The routes of /owner: pages to read, and forms that act."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from qabot.api.owner import access_pages, asked_pages, corpus_pages
from qabot.api.owner.live_upload import live_upload
from qabot.api.owner.owner_shell import back_to, be_on, keep_figures, shell_of
from qabot.api.owner.session import ActingOwner, Owner, enter, is_let_in, leave
from qabot.api.pages.page_response import page
from qabot.api.service import Service, pages_of, service_of
from qabot.catalog.drafts import is_unnamed
from qabot.changes.build_differences import version_difference
from qabot.errors import BadInput, BuildRefused, BuildStoreUnavailable
from qabot.index.corpus import Corpus
from qabot.index.file_report import read_report
from qabot.index.manifest import Manifest
from qabot.index.releases import builds_folder, current_folder, manifests
from qabot.records import Version
from qabot.service.answer_moves import answer_moves
from qabot.service.build_figures import measured
from qabot.service.checked_build import never_live
from qabot.service.gaps import find_gaps
from qabot.service.wording import version_in_words, written
from qabot.state.stored import now

Place = Callable[[str, int, int], str]
"""Returns the address of a version's letters from start to before end."""

router = APIRouter(include_in_schema=False, prefix="/owner")

_Skip = Annotated[int, Query(ge=0, le=10**6)]
_MOVES = 6  # versions that a build would change, named


@router.get("/enter")
def link(request: Request, link: str = "") -> HTMLResponse:
    """Show what a one-time link opens; it is used up by the form alone, not by a preview of it."""
    be_on(request)
    return page(access_pages.link_page(request.scope["root_path"], link), has_forms=True)


@router.post("/enter")
def open_session(
    request: Request, key: Annotated[str, Form()] = "", link: Annotated[str, Form()] = ""
) -> Response:
    """Begin a session for a one-time link, or for a server key of every company."""
    be_on(request)
    service = service_of(request)
    service.limits.of_address(request.client.host if request.client else "", request)
    begun_by = ""
    if link:
        is_in = service.store.use_owner_link(link)
        refused = "This link was used already, or is too old: make another with qabot owner."
    else:
        found = service.store.find_key(key.strip())
        is_in = found is not None and found.kind == "server" and found.company is None
        begun_by = found.id if found else ""
        refused = "That is no server key of every company."
    if not is_in:
        html = access_pages.enter_page(request.scope["root_path"], refused)
        return page(html, 401, has_forms=True)
    response = RedirectResponse(f"{request.scope['root_path']}/owner", status_code=303)
    enter(response, request, begun_by)
    return response


@router.post("/leave")
def end_session(request: Request, owner: ActingOwner) -> Response:
    """Let the browser forget its session, as on a machine that others use."""
    response = RedirectResponse(f"{request.scope['root_path']}/owner", status_code=303)
    leave(response, request)
    return response


@router.get("")
def overview(request: Request) -> HTMLResponse:
    """Show what is live, or ask who wants to see it."""
    be_on(request)
    if not is_let_in(request):
        return page(access_pages.enter_page(request.scope["root_path"]), 401, has_forms=True)
    service = service_of(request)
    bot = service.live.bot
    asked = service.store.questions(now() - timedelta(30))
    versions, today = _versions(service), date.today()
    html = corpus_pages.overview_page(
        shell_of(request),
        bot.index.manifest,
        list(_open_questions(versions)),
        [
            version_in_words(one, today)
            for one in versions
            if one.effective_from and one.effective_from > today
        ],
        asked,
        is_logged=service.settings.log_questions,
    )
    return page(html, has_forms=True)


@router.get("/policies")
def policies(
    request: Request, owner: Owner, q: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Show what was understood of every file of the policies that have these words."""
    service = service_of(request)
    html = corpus_pages.corpus_page(
        shell_of(request), _versions(service), _removed(service), q, date.today()
    )
    return page(html, has_forms=True)


@router.get("/builds")
def builds(request: Request, owner: Owner) -> HTMLResponse:
    """Show the builds, and what each would change."""
    service = service_of(request)
    shown = [_build(service, manifest) for manifest in manifests(service.live.index)]
    return page(corpus_pages.builds_page(shell_of(request), shown), has_forms=True)


@router.post("/builds")
def use_build(request: Request, owner: ActingOwner, build: Annotated[str, Form()]) -> Response:
    """Make a build the live one."""
    live, uploads = service_of(request).live, service_of(request).uploads
    if waiting := uploads.waiting().get(build):  # its file is still to be put beside the others
        return live_upload(request, waiting)
    try:
        live.releases.use(build)
        live.refresh()
        figures = measured(live.index, live.bot)
    except (BadInput, BuildRefused, BuildStoreUnavailable) as error:
        raise HTTPException(409, str(error).replace(f"{live.index}/", "")) from error
    keep_figures(request, figures)
    return back_to(request, "/builds", "That build answers now.")


@router.get("/moves")
def moves(
    request: Request, owner: Owner, build: Annotated[str, Query(max_length=100)]
) -> HTMLResponse:
    """Show which answers another build would give otherwise than the live one, today."""
    service, today = service_of(request), date.today()
    try:
        found = answer_moves(service.live, build, service.store, today)
    except (BadInput, BuildRefused) as error:
        raise HTTPException(409, str(error).replace(f"{service.live.index}/", "")) from error
    return page(corpus_pages.moves_page(shell_of(request), found, today), has_forms=True)


@router.get("/gaps")
def gaps(
    request: Request,
    owner: Owner,
    days: Annotated[int, Query(ge=1, le=3650)] = 30,
    skip: _Skip = 0,
) -> HTMLResponse:
    """Show what nobody answers."""
    service = service_of(request)
    looked_at = slice(skip, skip + asked_pages.MOST)
    since = now() - timedelta(days)
    found = find_gaps(service.store, service.live.bot, since, looked_at=looked_at)
    html = asked_pages.gaps_page(
        shell_of(request),
        found[looked_at],
        days,
        skip,
        len(found),
        is_logged=service.settings.log_questions,
    )
    return page(html, has_forms=True)


@router.get("/feedback")
def feedback(request: Request, owner: Owner) -> HTMLResponse:
    """Show what people said of answers, the newest first."""
    store = service_of(request).store
    asked = {one.answer: one for one in store.questions()}
    place = pages_of(request).place
    newest = sorted(store.feedback(), key=lambda one: one.said, reverse=True)[: asked_pages.MOST]
    shown = [
        asked_pages.ShownFeedback(
            one.said, one.helpful, asked.get(one.answer), _cited(one.about, place), one.comment
        )
        for one in newest
    ]
    return page(asked_pages.feedback_page(shell_of(request), shown), has_forms=True)


@router.get("/questions")
def questions(
    request: Request,
    owner: Owner,
    q: Annotated[str, Query(max_length=200)] = "",
    skip: _Skip = 0,
) -> HTMLResponse:
    """Show questions of the log that hold these words, the newest first."""
    service = service_of(request)
    words = q.casefold().split()
    found = [
        one
        for one in reversed(service.store.questions())
        if all(word in one.text.casefold() for word in words)
    ]
    html = asked_pages.questions_page(
        shell_of(request),
        found[skip : skip + asked_pages.MOST],
        q,
        skip,
        len(found),
        is_logged=service.settings.log_questions,
    )
    return page(html, has_forms=True)


def _versions(service: Service) -> list[Version]:
    corpus = service.live.bot.index.corpus
    found = (corpus.version(entry.id) for entry in corpus.entries)
    return [version for version in found if version]


def _open_questions(versions: Sequence[Version]) -> Iterator[str]:
    """Yield what the files leave open, a sentence each."""
    for version in versions:
        if "undated" in version.origins:
            yield f"It is unclear since when {version.file} is in force."
        if is_unnamed(version.company):
            yield f"No company was found in {version.file}."


def _removed(service: Service) -> Mapping[str, str]:
    """Return by file how many blocks each rule left out of it."""
    report = read_report(current_folder(service.live.index))
    counted = {file: Counter(one.rule for one in blocks) for file, blocks in report.removed.items()}
    return {
        file: ", ".join(f"{rule} {number:,}" for rule, number in rules.most_common())
        for file, rules in counted.items()
    }


def _build(service: Service, manifest: Manifest) -> corpus_pages.ShownBuild:
    made = datetime.fromisoformat(manifest.created)
    live = service.live.bot.index
    is_live = manifest.id == live.manifest.id
    folder = builds_folder(service.live.index) / manifest.id
    warned = never_live(service.live.index, manifest.id)
    return corpus_pages.ShownBuild(
        id=manifest.id,
        made=f"{written(made.date())}, {made:%H:%M} UTC",
        is_live=is_live,
        counts=manifest.counts,
        moves=[] if is_live else list(_moves(live.corpus, folder)),
        warnings=None if warned is None else [one.said for one in warned],
    )


def _moves(live: Corpus, folder: Path) -> Iterator[str]:
    """Yield what using a build would change against the live one, a line each."""
    today = date.today()
    try:
        with closing(Corpus.open(folder)) as other:
            versions = version_difference(live.entries, other.entries)
            words = {
                one.id: version_in_words(one, today) for one in (*live.entries, *other.entries)
            }
    except BuildRefused as error:
        yield str(error)
        return
    changes = list(corpus_pages.moves_in_words(versions, words))
    yield from changes[:_MOVES]
    if len(changes) > _MOVES:
        yield f"and {len(changes) - _MOVES:,} more"


def _cited(about: Mapping[str, object] | None, place: Place) -> list[tuple[str, str]]:
    cited = about.get("citations") if about else None
    return [(one[0], place(*one)) for one in cited] if isinstance(cited, list) else []
