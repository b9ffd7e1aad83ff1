"""POST /v1/ask: a question to its citations."""

from typing import Any

from fastapi import APIRouter, Request, Response

from qabot.api.access import Admitted, Caller
from qabot.api.answer_examples import EXAMPLES
from qabot.api.schemas import answer_schemas, request_schemas
from qabot.api.service import ids_of, pages_of, service_of
from qabot.records import Answer, AskedQuestion
from qabot.service.ask import PutQuestion
from qabot.service.contract import answer_fields, to_json

router = APIRouter(tags=["questions"])


@router.post(
    "/v1/ask",
    response_model=answer_schemas.Answer,
    responses={
        200: {"content": {"application/json": {"examples": EXAMPLES}}},
        304: {"description": "The answer is still the one that If-None-Match names."},
    },
)
async def ask(question: request_schemas.Question, request: Request, caller: Admitted) -> Response:
    """Quote what answers a question or may answer it, or say why nothing does.

    The ETag is the same for the same question, parameters, build and day: what it names does not
    change. Nothing of the question is kept, unless the service's question log is switched on.
    """
    put = put_by(caller, question, request)
    signed_id = ids_of(request).signed(put.id, caller.audience)
    headers = {"ETag": f'W/"{signed_id}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in _tags(request):
        return Response(status_code=304, headers=headers)
    answer = await service_of(request).questions.answer(put, None)
    pages = pages_of(request)

    def body() -> str:
        return to_json(_fields(caller, put, pages.linked(answer), request), indent=None)

    kept = service_of(request).bodies
    is_known = not answer.stages_ms  # it took no time, as it will the next time
    content = kept.get((put.id, caller.audience, pages), body) if is_known else body()
    return Response(content, headers=headers, media_type="application/json")


def put_by(caller: Caller, question: request_schemas.Question, request: Request) -> PutQuestion:
    """Put a question as a caller may put it; raises 403 where its key forbids it."""
    questions = service_of(request).questions
    company, companies = caller.company(question.company), caller.compared(question.companies)
    if company and companies:
        companies, company = (company, *companies), None
    asked = AskedQuestion(
        question.question,
        company=company,
        companies=companies,
        as_of=question.as_of,
        k=question.k,
        context=tuple(question.context),
        among=caller.among(questions.live.bot.companies),
    )
    return questions.put(asked)


async def answer_to(caller: Caller, put: PutQuestion, request: Request) -> dict[str, Any]:
    """Return the answer to a question, as a caller gets it."""
    answer = await service_of(request).questions.answer(put, pages_of(request))
    return _fields(caller, put, answer, request)


def _fields(caller: Caller, put: PutQuestion, answer: Answer, request: Request) -> dict[str, Any]:
    among = put.asked.among
    companies = [name for name in put.bot.companies if among is None or name in among]
    return answer_fields(ids_of(request).sign(answer, caller.audience), companies)


def _tags(request: Request) -> list[str]:
    """Return the tags of If-None-Match, each as a weak one: took_ms is never the same twice."""
    tags = ",".join(request.headers.getlist("if-none-match")).split(",")
    return [f"W/{tag.strip().removeprefix('W/')}" for tag in tags]
