from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from qabot.api.schemas import answer_schemas
from qabot.service.contract import answer_fields
from tests.slack import made
from tests.support.serving import is_problem, service

ROUTER = "When is a router refunded?"
CITED = {
    "quote",
    "start",
    "end",
    "sha256",
    "highlight",
    "lines",
    "company",
    "policy",
    "version",
    "title",
    "section",
    "page",
    "effective_from",
    "effective_until",
    "url",
    "confidence",
}
FIELDS = {"id", "status", "citations", "nearest", "parts", "scope", "took_ms"}
Asked = Mapping[str, object]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Return a client of an open service."""
    with (
        service(tmp_path_factory.mktemp("ask")) as (_, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield client


def ask(client: httpx2.Client, question: str = ROUTER, **more: object) -> dict[str, Any]:
    """Return the answer to a question."""
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_answer_has_the_fields_of_the_contract(client: httpx2.Client) -> None:
    """An answer has exactly the fields that the contract names."""
    answer = ask(client)

    assert answer.keys() == FIELDS
    assert (answer["status"], answer["parts"]) == ("answered", [])
    assert answer["scope"].keys() == {"company", "as_of", "versions", "passages"}
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation.keys() - {"lead_in"} == CITED
        assert 0 <= citation["confidence"] <= 1
        assert all(mark.keys() == {"start", "end", "text"} for mark in citation["highlight"])
    assert answer["took_ms"] > 0


@pytest.mark.parametrize(
    "asked",
    [
        {"question": ROUTER},
        {"question": ROUTER, "as_of": "2022-06-01"},
        {"question": "How long are call records kept?"},
        {"question": "How long are call records kept perhaps?"},
        {"question": "Is a cookie set?", "company": "Pinecrest Mobile", "k": 1},
    ],
)
def test_each_quote_is_a_slice_of_the_version_served(client: httpx2.Client, asked: Asked) -> None:
    """Whoever fetches the cited version finds quote, marked sentences and hash there."""
    answer = client.post("/v1/ask", json=asked).json()
    quoted = answer["citations"] + answer["nearest"]

    assert quoted
    for citation in quoted:
        version = client.get(f"/v1/versions/{citation['version']}").json()
        start, end = citation["start"], citation["end"]
        assert version["text"][start:end] == citation["quote"]
        assert citation["sha256"] == version["sha256"]
        assert citation["sha256"] == sha256(version["text"].encode()).hexdigest()
        assert citation["highlight"]
        for mark in citation["highlight"]:
            assert start <= mark["start"] < mark["end"] <= end
            assert version["text"][mark["start"] : mark["end"]] == mark["text"]


def test_what_may_answer_is_nearest(client: httpx2.Client) -> None:
    """An uncertain answer cites nothing; what may answer is nearest, highlighted and linked."""
    answer = ask(client, "When is a router refunded, perhaps?")

    assert answer.keys() == FIELDS
    assert (answer["status"], answer["citations"], answer["parts"]) == ("uncertain", [], [])
    assert "A router that is sent back is refunded within 30 days." in [
        mark["text"] for mark in answer["nearest"][0]["highlight"]
    ]
    assert all(near.keys() - {"lead_in"} == CITED for near in answer["nearest"])
    assert answer["nearest"][0]["url"].startswith("https://harbour.example/refunds#:~:text=")


def test_language_is_named_where_it_is_another(client: httpx2.Client) -> None:
    """Where the question is in another language than the policies, its code says why."""
    answer = ask(client, "Is a router refunded, vielleicht?")

    assert answer.keys() == FIELDS | {"language"}
    assert (answer["status"], answer["language"]) == ("uncertain", "de")


def test_companies_without_policies_are_in_the_scope() -> None:
    """Companies that a question names beside one that has policies are named in the scope."""
    fields = answer_fields(made.answer(made.CITATION, company="Harbour", unknown=["Acme"]))

    assert fields["scope"]["unknown"] == ("Acme",)
    assert answer_schemas.Answer.model_validate(fields).scope.unknown == ["Acme"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"question": "How do I bake sourdough bread?"}, "not_covered"),
        ({"question": ROUTER, "company": "Nobody Knows Ltd"}, "unknown_company"),
        ({"question": ROUTER, "as_of": "1990-01-01"}, "no_version_in_force"),
        ({"question": "?!"}, "no_question"),
        ({"question": "thank you!"}, "no_question"),
    ],
)
def test_without_an_answer_nothing_is_cited(
    client: httpx2.Client, asked: Asked, status: str
) -> None:
    """A status other than answered has no citations; where nothing was searched nothing is near."""
    answer = client.post("/v1/ask", json=asked).json()

    assert (answer["status"], answer["citations"]) == (status, [])
    assert not answer["nearest"] or status == "not_covered"


def test_parameters_limit_the_search(client: httpx2.Client) -> None:
    """The company, the day and the number of quotes asked for are kept to."""
    of_day = ask(client, "Is the whole price refunded?", as_of="2022-06-01")
    of_company = ask(client, "What do you keep?", company="Pinecrest Mobile")
    one = ask(client, k=1)

    quoted = of_day["citations"] + of_day["nearest"]
    assert {c["version"] for c in quoted} == {"harbour-broadband/refunds@2022-03-01"}
    assert of_day["scope"]["as_of"] == "2022-06-01"
    quoted = of_company["citations"] + of_company["nearest"]
    assert {c["company"] for c in quoted} == {"Pinecrest Mobile"}
    assert of_company["scope"] == {
        "company": "Pinecrest Mobile",
        "as_of": None,
        "versions": 1,
        "passages": 2,
    }
    assert len(one["citations"]) == 1 < len(ask(client)["citations"])


def test_superseded_version_is_not_cited_unasked(client: httpx2.Client) -> None:
    """Without a day, what is no longer in force is not quoted."""
    answer = ask(client, "Is the whole price refunded?", k=10)

    assert answer["citations"]
    assert "harbour-broadband/refunds@2022-03-01" not in {c["version"] for c in answer["citations"]}


def test_null_is_the_same_as_left_out(client: httpx2.Client) -> None:
    """Parameters that are null ask what leaving them out asks."""
    assert ask(client, company=None, as_of=None, k=3)["id"] == ask(client)["id"]


def test_longest_question_is_answered(client: httpx2.Client) -> None:
    """2000 characters may be asked, of any kind; not one more and not none."""
    assert ask(client, "\N{ROCKET}" * 2000)["remark"] == "emoji"
    is_problem(client.post("/v1/ask", json={"question": "r" * 2001}), 422)
    is_problem(client.post("/v1/ask", json={"question": ""}), 422)


def tag_of(client: httpx2.Client, asked: Asked) -> str:
    """Return the ETag of an answer."""
    tag: str = client.post("/v1/ask", json=asked).headers["etag"]
    return tag


def test_same_question_has_the_same_tag(client: httpx2.Client) -> None:
    """The tag is a weak one of the answer's id; caches keep the answer to themselves and ask."""
    first = client.post("/v1/ask", json={"question": ROUTER})
    second = client.post("/v1/ask", json={"question": ROUTER})

    assert first.headers["etag"] == second.headers["etag"] == f'W/"{first.json()["id"]}"'
    assert first.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "other",
    [
        {"question": "When is a router refunded"},
        {"question": ROUTER, "k": 2},
        {"question": ROUTER, "company": "Harbour Broadband"},
        {"question": ROUTER, "as_of": "2024-05-01"},
    ],
)
def test_other_question_has_another_tag(client: httpx2.Client, other: Asked) -> None:
    """What is asked and each parameter of it are part of the tag, so 304 is never of another."""
    tag = tag_of(client, {"question": ROUTER})

    response = client.post("/v1/ask", json=other, headers={"If-None-Match": tag})

    assert response.status_code == 200
    assert response.headers["etag"] != tag


@pytest.mark.parametrize(
    "written", ["{weak}", "{strong}", '"a", {weak}', 'W/"a","b" ,{strong}, "c"', "{weak},"]
)
def test_answer_known_already_is_not_sent_again(client: httpx2.Client, written: str) -> None:
    """If-None-Match is compared weakly, as one tag or one of a list: 304 without a body."""
    weak = tag_of(client, {"question": ROUTER})
    header = written.format(weak=weak, strong=weak.removeprefix("W/"))

    response = client.post("/v1/ask", json={"question": ROUTER}, headers={"If-None-Match": header})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == weak
    assert response.headers["x-request-id"]


def test_tags_may_stand_in_several_headers(client: httpx2.Client) -> None:
    """If-None-Match in several lines is one list."""
    tag = tag_of(client, {"question": ROUTER})
    lines = [("If-None-Match", '"a"'), ("If-None-Match", tag)]

    assert client.post("/v1/ask", json={"question": ROUTER}, headers=lines).status_code == 304


@pytest.mark.parametrize("written", ["*", '"a"', "{bare}", "", ",", 'W/"', '"{bare}', "W/{bare}"])
def test_what_is_no_tag_of_the_answer_is_answered(client: httpx2.Client, written: str) -> None:
    """Other tags and what is none are answered; so is "*", which means what a GET would return.

    RFC 9110, 13.1.2: "*" holds where a current representation exists, and /v1/ask has none.
    """
    bare = tag_of(client, {"question": ROUTER}).removeprefix("W/").strip('"')
    headers = {"If-None-Match": written.format(bare=bare)}

    response = client.post("/v1/ask", json={"question": ROUTER}, headers=headers)

    assert response.status_code == 200
    assert response.json()["citations"]


def test_question_stands_in_no_address(client: httpx2.Client) -> None:
    """A question in the address is not asked: it would be written down by every proxy."""
    assert is_problem(client.get("/v1/ask", params={"question": ROUTER}), 405)
    assert is_problem(client.post("/v1/ask", params={"question": ROUTER}), 422)


def test_many_at_once_get_what_each_asked(client: httpx2.Client) -> None:
    """Questions asked at the same time do not get each other's answers."""
    days = [f"2022-03-{day:02}" for day in range(1, 25)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda day: ask(client, as_of=day), days))

    assert [answer["scope"]["as_of"] for answer in answers] == days
    assert len({answer["id"] for answer in answers}) == len(days)


def test_what_changed_is_a_page(client: httpx2.Client) -> None:
    """Who asks what changed gets the address of the page that shows it, which needs no key."""
    asked = "What changed in the Harbour Broadband refunds policy?"
    answer = ask(client, asked)

    changes = answer["changed"]
    assert (answer["status"], answer["remark"]) == ("no_question", "changes")
    assert changes.items() >= {"policy": "harbour-broadband/refunds", "about": ""}.items()
    shown = client.get(changes["url"], headers={"Accept": "text/html"})
    assert "14" in shown.text and "7" in shown.text and shown.status_code == 200
    assert answer_schemas.Answer.model_validate(answer).changed is not None
