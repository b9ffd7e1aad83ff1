"""POST /v1/feedback: whether an answer helped."""

from asyncio import to_thread

from fastapi import APIRouter, Request, Response

from qabot.api import schemas as models
from qabot.api.access import Admitted
from qabot.api.service import service_of
from qabot.state.stored import Feedback

router = APIRouter(tags=["questions"])


@router.post("/v1/feedback", status_code=204)
async def feedback(given: models.Feedback, request: Request, caller: Admitted) -> Response:
    """Keep whether an answer helped. Sent again, it counts once; changed, the last word counts.

    With it is kept what was cited, where this service still knows the answer; never the question.
    """
    service = service_of(request)
    said = Feedback(
        answer=given.answer,
        by=given.by or "",
        helpful=given.helpful,
        comment=given.comment,
        about=service.questions.about(given.answer),
    )
    await to_thread(service.store.save_feedback, said)
    return Response(status_code=204)
