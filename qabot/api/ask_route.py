"""POST /v1/ask: a question to its citations."""

from asyncio import to_thread
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response

from qabot.answering.bot import Bot
from qabot.api import schemas as models
from qabot.api.access import Admitted
from qabot.api.answer_examples import EXAMPLES
from qabot.api.service import pages_of, service_of
from qabot.errors import StoreUnavailable
from qabot.records import Answer
from qabot.service.contract import answer_fields, to_json
from qabot.state.store import Store
from qabot.state.stored import Question

_log = structlog.get_logger("qabot.request")

router = APIRouter(tags=["questions"])


@router.post(
    "/v1/ask",
    response_model=models.Answer,
    responses={
        200: {"content": {"application/json": {"examples": EXAMPLES}}},
        304: {"description": "The answer is still the one that If-None-Match names."},
    },
)
async def ask(question: models.Question, request: Request, caller: Admitted) -> Response:
    """Quote what answers a question or may answer it, or say why nothing does.

    The ETag is the same for the same question, parameters, build and day: what it names does not
    change. Nothing of the question is kept, unless the service's question log is switched on.
    """
    bot = service_of(request).live.bot  # once: one build from here on
    asked = caller.asks(question)
    headers = {
        "ETag": f'W/"{bot.answer_id(**asked.model_dump())}"',
        "Cache-Control": "private, no-cache",
    }
    if headers["ETag"] in _tags(request):
        return Response(status_code=304, headers=headers)
    content = to_json(await answered(bot, asked, request), indent=None)
    return Response(content, headers=headers, media_type="application/json")


async def answered(bot: Bot, asked: models.Question, request: Request) -> dict[str, Any]:
    """Answer what a caller asks as the contract has it; the answer is counted and remembered.

    Raises 503 where too many questions wait already.
    """
    service = service_of(request)
    put = asked.model_dump()
    answer = service.recent.answer(bot.answer_id(**put))
    if answer is None:
        answer = await service.desk.take(partial(bot.ask, **put))
        service.recent.remember(answer, bot.index.manifest.id)
    service.metrics.answered(answer)
    if service.settings.log_questions:
        await _keep(service.store, asked, answer, bot.index.manifest.id)
    return answer_fields(pages_of(request).linked(answer))


async def _keep(store: Store, asked: models.Question, answer: Answer, build: str) -> None:
    """Keep the question; where the store cannot be reached, the answer is given all the same."""
    question = Question(
        answer=answer.id,
        text=asked.question,
        company=asked.company,
        as_of=asked.as_of,
        status=answer.status,
        build=build,
    )
    try:
        await to_thread(store.log_question, question)
    except StoreUnavailable as error:
        _log.error("question not kept", reason=str(error))


def _tags(request: Request) -> list[str]:
    """Return the tags of If-None-Match, each as a weak one: took_ms is never the same twice."""
    tags = ",".join(request.headers.getlist("if-none-match")).split(",")
    return [f"W/{tag.strip().removeprefix('W/')}" for tag in tags]
