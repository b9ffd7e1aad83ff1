"""The routes of /owner: pages to read, and forms that act."""

from asyncio import to_thread
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from qabot.api.owner import owner_pages as pages
from qabot.api.owner.session import COOKIE, ActingOwner, Owner, enter, has_session, sessions_of
from qabot.api.pages.page_response import page
from qabot.api.service import Service, pages_of, service_of
from qabot.catalog.drafts import is_unnamed
from qabot.changes.build_changes import version_difference
from qabot.errors import BadInput, BuildNotWritten, BuildRefused, UnreadableFile
from qabot.evaluation.evaluate import ask_all
from qabot.evaluation.labelling import add, from_texts
from qabot.evaluation.questions import LabelledQuestion, read_questions
from qabot.evaluation.test_set import TEST_SET, test_set
from qabot.index.corpus import Corpus
from qabot.index.file_report import read_report
from qabot.index.releases import Manifest, builds_folder, current_folder, manifests, use
from qabot.records import Version
from qabot.service.gaps import find_gaps
from qabot.service.uploads import MOST_BYTES, Declared
from qabot.service.wording import written
from qabot.state.stored import KeyKind, now

router = APIRouter(include_in_schema=False, prefix="/owner")

_SHOWN = 200  # questions, and what was said
_MOVES = 6  # versions that a build would change, named


@router.get("/enter")
def link(request: Request, link: str = "") -> HTMLResponse:
    """Show what a one-time link opens; it is used up by the form alone, not by a preview of it."""
    _is_on(request)
    return page(pages.link_page(request.scope["root_path"], link), has_forms=True)


@router.post("/enter")
def open_session(
    request: Request, key: Annotated[str, Form()] = "", link: Annotated[str, Form()] = ""
) -> Response:
    """Begin a session for a one-time link, or for a server key of every company."""
    _is_on(request)
    service = service_of(request)
    service.limits.of_address(request.client.host if request.client else "", request)
    if link:
        is_in = service.store.use_owner_link(link)
        refused = "This link was used already, or is too old: make another with qabot owner."
    else:
        found = service.store.find_key(key.strip())
        is_in = found is not None and found.kind == "server" and found.company is None
        refused = "That is no server key of every company."
    if not is_in:
        html = pages.enter_page(request.scope["root_path"], refused)
        return page(html, 401, has_forms=True)
    response = RedirectResponse(f"{request.scope['root_path']}/owner", status_code=303)
    enter(response, request)
    return response


@router.get("")
def overview(request: Request) -> HTMLResponse:
    """Show what is live, or ask who wants to see it."""
    _is_on(request)
    if not has_session(request):
        return page(pages.enter_page(request.scope["root_path"]), 401, has_forms=True)
    service = service_of(request)
    bot = service.live.bot
    asked = service.store.questions(now() - timedelta(30))
    html = pages.overview_page(
        _shell(request),
        bot.index.manifest,
        list(_open_questions(_versions(service))),
        asked,
        is_logged=service.settings.log_questions,
    )
    return page(html, has_forms=True)


@router.get("/policies")
def policies(request: Request, owner: Owner) -> HTMLResponse:
    """Show what was understood of every file."""
    service = service_of(request)
    versions = _versions(service)
    html = pages.corpus_page(_shell(request), versions, _removed(service), date.today())
    return page(html, has_forms=True)


@router.get("/builds")
def builds(request: Request, owner: Owner) -> HTMLResponse:
    """Show the builds, and what each would change."""
    service = service_of(request)
    shown = [_build(service, manifest) for manifest in manifests(service.live.index)]
    return page(pages.builds_page(_shell(request), shown), has_forms=True)


@router.post("/builds")
def use_build(request: Request, owner: ActingOwner, build: Annotated[str, Form()]) -> Response:
    """Make a build the live one."""
    live = service_of(request).live
    try:
        use(live.index, build)
        live.refresh()
    except (BadInput, BuildRefused) as error:
        raise HTTPException(409, str(error)) from error
    return _back(request, "/builds", "That build answers now.")


@router.get("/gaps")
def gaps(
    request: Request, owner: Owner, days: Annotated[int, Query(ge=1, le=3650)] = 30
) -> HTMLResponse:
    """Show what nobody answers."""
    service = service_of(request)
    found = find_gaps(service.store, service.live.bot, now() - timedelta(days))
    is_logged = service.settings.log_questions
    return page(pages.gaps_page(_shell(request), found, days, is_logged=is_logged), has_forms=True)


@router.get("/feedback")
def feedback(request: Request, owner: Owner) -> HTMLResponse:
    """Show what people said of answers, the newest first."""
    store = service_of(request).store
    asked = {one.answer: one.text for one in store.questions()}
    newest = sorted(store.feedback(), key=lambda one: one.said, reverse=True)[:_SHOWN]
    shown = [
        pages.ShownFeedback(
            one.said, one.helpful, asked.get(one.answer), _cited(one.about), one.comment
        )
        for one in newest
    ]
    return page(pages.feedback_page(_shell(request), shown), has_forms=True)


@router.get("/questions")
def questions(
    request: Request, owner: Owner, q: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Show questions of the log that hold these words, the newest first."""
    service = service_of(request)
    words = q.casefold().split()
    found = [
        one
        for one in reversed(service.store.questions())
        if all(word in one.text.casefold() for word in words)
    ]
    html = pages.questions_page(
        _shell(request),
        found[:_SHOWN],
        q,
        max(0, len(found) - _SHOWN),
        is_logged=service.settings.log_questions,
    )
    return page(html, has_forms=True)


@router.get("/keys")
def keys(request: Request, owner: Owner) -> HTMLResponse:
    """Show the keys."""
    return _keys(request)


@router.post("/keys")
async def add_key(
    request: Request,
    owner: ActingOwner,
    name: Annotated[str, Form(max_length=200)],
    origin: Annotated[str, Form(max_length=300)] = "",
    company: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Make a key, and show its token this once."""
    service = service_of(request)
    company = company.strip()
    if company and company not in service.live.bot.companies:
        raise HTTPException(
            422, f"There are no policies of {company} here: choose one of the list."
        )
    origins = [origin.strip()] if origin.strip() else []
    kind: KeyKind = "publishable" if origins else "server"
    _, token = await to_thread(service.store.add_key, kind, name, company or None, origins)
    return await to_thread(_keys, request, token)


@router.post("/keys/revoke")
def revoke_key(request: Request, owner: ActingOwner, key: Annotated[str, Form()]) -> Response:
    """Refuse a key from now on."""
    revoked = service_of(request).store.revoke_key(key)
    return _back(request, "/keys", f"The key “{revoked.name}” is refused from now on.")


@router.get("/test-set")
def own_questions(
    request: Request,
    owner: Owner,
    question: Annotated[str, Query(max_length=2000)] = "",
    company: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show how the live build answers the corpus's own questions."""
    live = service_of(request).live
    file = test_set(live.index)
    rows = ask_all(live.bot, read_questions(file)) if file else []
    html = pages.test_set_page(_shell(request), rows, live.bot.companies, question, company)
    return page(html, has_forms=True)


@router.post("/test-set")
def add_question(
    request: Request,
    owner: ActingOwner,
    question: Annotated[str, Form(max_length=2000)],
    gold: Annotated[str, Form(max_length=5000)] = "",
    company: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Add a question, with the sentence that answers it or as one that none does."""
    live = service_of(request).live
    asked = LabelledQuestion(
        "", question.strip(), company.strip() or None, None, covered=bool(gold.strip()), gold=()
    )
    try:
        if gold.strip():
            asked = from_texts(asked, [gold.strip()], live.bot.index.corpus)
        add(live.index / TEST_SET, asked)
    except BadInput as error:
        raise HTTPException(422, str(error)) from error
    return _back(request, "/test-set", "The question was added.")


@router.get("/upload")
def upload(request: Request, owner: Owner) -> HTMLResponse:
    """Show where a new version is dropped."""
    companies = sorted(service_of(request).live.bot.companies)
    return page(pages.upload_page(_shell(request), companies), has_forms=True)


@router.post("/upload")
async def look_at_upload(
    request: Request,
    owner: ActingOwner,
    file: UploadFile,
    company: Annotated[str, Form(max_length=200)] = "",
    policy: Annotated[str, Form(max_length=200)] = "",
    effective: Annotated[str, Form(max_length=10)] = "",
) -> HTMLResponse:
    """Show what a file was understood as, and what it would change; nothing goes live."""
    declared = Declared(company.strip() or None, policy.strip() or None, _day(effective))
    data = await file.read(MOST_BYTES + 1)
    uploads = service_of(request).uploads
    try:
        found = await to_thread(uploads.look_at, file.filename or "", data, declared)
    except (BadInput, UnreadableFile, BuildRefused, BuildNotWritten) as error:
        html = pages.upload_page(_shell(request), (), refused=str(error))
        return page(html, 422, has_forms=True)
    return page(pages.checked_page(_shell(request), found), has_forms=True)


@router.post("/upload/live")
def make_upload_live(
    request: Request,
    owner: ActingOwner,
    upload: Annotated[str, Form(max_length=40)],
    decision: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make the version live that was looked at, or throw it away."""
    uploads = service_of(request).uploads
    try:
        if decision != "yes":
            uploads.forget(upload)
            return _back(request, "/upload", "Nothing was changed.")
        version = uploads.make_live(upload)
    except (BadInput, UnreadableFile, BuildRefused, BuildNotWritten) as error:
        raise HTTPException(409, str(error)) from error
    return _back(request, "/policies", f"{version.id if version else 'It'} is live now.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise HTTPException(422, f"{text} is no day: write it as 2021-06-10.") from error


def _keys(request: Request, token: str = "") -> HTMLResponse:
    service = service_of(request)
    companies = service.live.bot.companies
    html = pages.keys_page(_shell(request), service.store.keys(), companies, token)
    return page(html, headers={"Cache-Control": "no-store"}, has_forms=True)


def _is_on(request: Request) -> None:
    if not service_of(request).settings.owner:
        raise HTTPException(404, "The owner's page is off: QABOT_OWNER=on.")


def _shell(request: Request) -> pages.Shell:
    cookie = request.cookies.get(COOKIE, "")
    return pages.Shell(
        root=request.scope["root_path"],
        form_token=sessions_of(request).form_token(cookie),
        version_url=pages_of(request).url,
        done=request.query_params.get("done", "")[:200],
    )


def _back(request: Request, path: str, done: str) -> Response:
    address = f"{request.scope['root_path']}/owner{path}?{urlencode({'done': done})}"
    return RedirectResponse(address, status_code=303)


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


def _build(service: Service, manifest: Manifest) -> pages.ShownBuild:
    made = datetime.fromisoformat(manifest.created)
    live = service.live.bot.index
    is_live = manifest.id == live.manifest.id
    folder = builds_folder(service.live.index) / manifest.id
    return pages.ShownBuild(
        id=manifest.id,
        made=f"{written(made.date())}, {made:%H:%M} UTC",
        is_live=is_live,
        counts=manifest.counts,
        moves=[] if is_live else list(_moves(live.corpus, folder)),
    )


def _moves(live: Corpus, folder: Path) -> Iterator[str]:
    """Yield what using a build would change against the live one, a line each."""
    try:
        with closing(Corpus.open(folder)) as other:
            versions = version_difference(live, other)
    except BuildRefused as error:
        yield str(error)
        return
    changes = [
        *(f"new: {one}" for one in versions.added),
        *(f"another text: {one}" for one in versions.changed),
        *(f"gone: {one}" for one in versions.removed),
    ]
    yield from changes[:_MOVES]
    if len(changes) > _MOVES:
        yield f"and {len(changes) - _MOVES:,} more"


def _cited(about: Mapping[str, object] | None) -> list[tuple[str, int]]:
    cited = about.get("citations") if about else None
    return [(version, start) for version, start, _ in cited] if isinstance(cited, list) else []
