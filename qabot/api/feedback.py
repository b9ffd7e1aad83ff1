"""POST /v1/feedback: whether an answer helped."""

from asyncio import to_thread

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from qabot.api.access import Admitted
from qabot.api.schemas import request_schemas
from qabot.api.service import ids_of, service_of
from qabot.catalog.names import same_company
from qabot.state.stored import Feedback

router = APIRouter(tags=["questions"])


@router.post("/v1/feedback", status_code=204)
async def feedback(given: request_schemas.Feedback, request: Request, caller: Admitted) -> Response:
    """Keep whether an answer helped. Sent again, it counts once; changed, the last word counts.

    With it is kept what was cited, where this service still knows the answer; never the question.
    A key that is bound to a company speaks of answers to keys of that company alone.
    """
    service = service_of(request)
    audiences = {caller.audience}
    if not caller.bound:  # whoever sees everything may speak of everything
        audiences |= {same_company(company) for company in service.live.bot.companies}
    answer = ids_of(request).known(given.answer, audiences)
    if answer is None:
        raise HTTPException(404, "There is no such answer; send the id of one that was given.")
    said = Feedback(
        answer=answer,
        by=given.by or "",
        helpful=given.helpful,
        comment=given.comment,
        about=service.questions.summary(answer),
    )
    await to_thread(service.store.save_feedback, said)
    return Response(status_code=204)
