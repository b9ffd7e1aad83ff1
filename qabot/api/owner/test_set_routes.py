"""The routes of the corpus's own questions at /owner."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from qabot.api.owner.owner_shell import back_to, shell_of
from qabot.api.owner.session import ActingOwner, Owner
from qabot.api.owner.test_set_page import test_set_page
from qabot.api.pages.page_response import page
from qabot.api.service import service_of
from qabot.catalog.known_company import known_company
from qabot.errors import BadInput
from qabot.evaluation.evaluate import ask_all
from qabot.evaluation.labelling import add, from_texts, remove, stale
from qabot.evaluation.questions import LabelledQuestion, read_questions
from qabot.evaluation.test_set import TEST_SET, test_set
from qabot.state.kept_figures import KeptFigures

_SHOWN = 30  # measurements

router = APIRouter(include_in_schema=False, prefix="/owner")


@router.get("/test-set")
def own_questions(
    request: Request,
    owner: Owner,
    question: Annotated[str, Query(max_length=2000)] = "",
    company: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show how the live build answers the corpus's own questions."""
    return page(_page(request, question, company), has_forms=True)


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
    corpus = live.bot.index.corpus
    try:
        whose = known_company(company, corpus.entries) if company.strip() else None
        asked = LabelledQuestion(
            "", question.strip(), whose, None, covered=bool(gold.strip()), gold=()
        )
        if gold.strip():
            asked = from_texts(asked, [gold.strip()], corpus)
        add(live.index / TEST_SET, asked)
    except BadInput as error:
        refused = str(error).replace(f"{live.index}/", "")
        html = _page(request, question, company, gold=gold, refused=refused)
        return page(html, 422, has_forms=True)
    return back_to(request, "/test-set", "The question was added.")


@router.post("/test-set/remove")
def remove_question(
    request: Request, owner: ActingOwner, question: Annotated[str, Form(max_length=100)]
) -> Response:
    """Take a question out, by its id."""
    live = service_of(request).live
    try:
        removed = remove(live.index / TEST_SET, question)
    except BadInput as error:
        raise HTTPException(409, str(error).replace(f"{live.index}/", "")) from error
    return back_to(request, "/test-set", f"“{removed.question}” was removed.")


def _page(
    request: Request, question: str, company: str, *, gold: str = "", refused: str = ""
) -> str:
    live, today = service_of(request).live, date.today()
    file = test_set(live.index)
    own = read_questions(file) if file else []
    return test_set_page(
        shell_of(request),
        ask_all(live.bot, own),
        KeptFigures(service_of(request).store.engine).newest(_SHOWN),
        live.bot.companies,
        question,
        company,
        gold=gold,
        refused=refused,
        stale={one.id for one in own if stale(one, live.bot.index.corpus, today)},
    )
