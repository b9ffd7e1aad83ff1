from collections.abc import Iterator
from secrets import token_hex

import httpx2
import pytest
from fastapi import FastAPI

from qabot.api.answer_ids import AnswerIds
from qabot.state.stored import Feedback
from tests.support.serving import is_problem, service, store_of

QUESTION = "When is a router of Wilhelmina refunded?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, httpx2.Client]]:
    """Return an open service and a client of it."""
    with (
        service(tmp_path_factory.mktemp("feedback")) as (api, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield api, client


@pytest.fixture
def unknown(served: tuple[FastAPI, httpx2.Client]) -> str:
    """Return the id of an answer of which nothing has been said, as before a restart."""
    return AnswerIds(served[0].state.service.link_secret).signed(token_hex(8), "")


def kept(api: FastAPI, answer: str) -> list[Feedback]:
    """Return what was kept of what was said of an answer."""
    return [said for said in store_of(api).feedback() if said.answer == answer[:16]]


def test_feedback_counts_once(served: tuple[FastAPI, httpx2.Client], unknown: str) -> None:
    """The same said again by the same asker changes nothing, when it was said included."""
    api, client = served
    body = {"answer": unknown, "helpful": True, "comment": "Thanks", "by": "a"}

    responses = [client.post("/v1/feedback", json=body) for _ in range(2)]
    (first,) = kept(api, unknown)
    responses.append(client.post("/v1/feedback", json=body))

    assert [(r.status_code, r.content) for r in responses] == [(204, b"")] * 3
    assert kept(api, unknown) == [first]
    assert (first.answer, first.by, first.helpful) == (unknown[:16], "a", True)
    assert first.comment == "Thanks"


def test_last_word_counts(served: tuple[FastAPI, httpx2.Client], unknown: str) -> None:
    """Who changes their mind is kept with the last word alone; others' words stay."""
    api, client = served
    for by, helpful, comment in [("a", True, "Good"), ("b", True, None), ("a", False, "Wrong!")]:
        body = {"answer": unknown, "helpful": helpful, "comment": comment, "by": by}
        assert client.post("/v1/feedback", json=body).status_code == 204

    said = {one.by: (one.helpful, one.comment) for one in kept(api, unknown)}

    assert said == {"a": (False, "Wrong!"), "b": (True, None)}


def test_comment_and_asker_may_be_left_out(
    served: tuple[FastAPI, httpx2.Client], unknown: str
) -> None:
    """Nothing but the answer and whether it helped is needed; null is the same as left out."""
    api, client = served
    bodies = [
        {"answer": unknown, "helpful": True},
        {"answer": unknown, "helpful": True, "comment": None, "by": None},
    ]

    for body in bodies:
        assert client.post("/v1/feedback", json=body).status_code == 204

    (said,) = kept(api, unknown)
    assert (said.comment, said.by) == (None, "")


def test_what_is_kept_of_an_answer_is_not_the_question(
    served: tuple[FastAPI, httpx2.Client],
) -> None:
    """With feedback is kept which build cited what; the question is not."""
    api, client = served
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    build = client.get("/v1/build").json()["build"]

    client.post("/v1/feedback", json={"answer": answer["id"], "helpful": True})

    (said,) = kept(api, answer["id"])
    assert said.about == {
        "build": build,
        "status": answer["status"],
        "citations": [[c["version"], c["start"], c["end"]] for c in answer["citations"]],
    }
    assert "Wilhelmina" not in repr(said)


def test_feedback_on_an_answer_forgotten_is_kept(
    served: tuple[FastAPI, httpx2.Client], unknown: str
) -> None:
    """An answer that this service gave before a restart may be spoken of too."""
    api, client = served

    assert client.post("/v1/feedback", json={"answer": unknown, "helpful": False}).is_success
    assert kept(api, unknown)[0].about is None


def test_comment_is_masked(served: tuple[FastAPI, httpx2.Client], unknown: str) -> None:
    """What reaches a person is left out of a comment before it is kept."""
    api, client = served
    comment = "Write to ann@example.com or +49 30 901820."

    client.post("/v1/feedback", json={"answer": unknown, "helpful": True, "comment": comment})

    assert kept(api, unknown)[0].comment == "Write to [e-mail] or [phone]."


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "ABCDEF0123456789ABCDEF01"},
        {"answer": "0123456789abcdef"},
        {"answer": "0123456789abcdef01234567\n"},
        {"answer": None},
        {"helpful": "yes"},
        {"helpful": 1},
        {"helpful": None},
        {"comment": "c" * 2001},
        {"comment": ["c"]},
        {"by": "b" * 65},
        {"question": "What?"},
    ],
)
def test_wrong_feedback_is_refused(
    served: tuple[FastAPI, httpx2.Client], unknown: str, wrong: dict[str, object]
) -> None:
    """What is not as described is a problem and is not kept."""
    api, client = served

    is_problem(client.post("/v1/feedback", json={"answer": unknown, "helpful": True, **wrong}), 422)
    assert kept(api, unknown) == []


def test_comment_of_any_text_is_kept(served: tuple[FastAPI, httpx2.Client], unknown: str) -> None:
    """2000 characters of any kind can be kept, a NUL as U+FFFD."""
    api, client = served
    comment = "\N{ROCKET}" * 1999 + "\0"

    client.post("/v1/feedback", json={"answer": unknown, "helpful": True, "comment": comment})

    assert kept(api, unknown)[0].comment == "\N{ROCKET}" * 1999 + "\N{REPLACEMENT CHARACTER}"
