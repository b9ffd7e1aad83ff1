import json
import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep

import httpx2
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from qabot.api.schemas import answer_schemas
from qabot.records import FloatVector
from tests.support.fakes import WordEncoder
from tests.support.serving import MoodyEncoder, is_problem, new_key, service

REFUNDS = {"question": "When is a router refunded?"}
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Return a client of an open service."""
    folder = tmp_path_factory.mktemp("health")
    with (
        service(folder, encoder=MoodyEncoder()) as (_, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, httpx2.Client]]:
    """Return a service with keys, and a client without."""
    with (
        service(tmp_path_factory.mktemp("keyed"), keyless=False) as (api, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield api, client


def series(client: httpx2.Client) -> Series:
    """Return the figures, as Prometheus reads them, by name and labels."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def value(found: Series, name: str, **labels: str) -> float:
    """Return one figure; 0 where nothing was counted yet."""
    return found.get((name, frozenset(labels.items())), 0)


def test_process_lives(client: httpx2.Client) -> None:
    """The process tells that it answers at all."""
    assert client.get("/health/live").json() == {"status": "live"}


def test_service_is_ready(client: httpx2.Client) -> None:
    """The service is ready when a question put to it is answered; none of that is counted."""
    before = series(client)

    assert client.get("/health/ready").json() == {"status": "ready"}
    answers = [key for key in series(client) if key[0] == "qabot_answers_total"]
    assert answers == [key for key in before if key[0] == "qabot_answers_total"]


@pytest.mark.parametrize("word", ["eclipse", "volcano"])
def test_service_that_cannot_answer_is_not_ready(tmp_path: Path, word: str) -> None:
    """When the probe fails in whatever way, ready is a problem within a second; live is not."""
    encoder = MoodyEncoder()
    with (
        service(tmp_path, encoder=encoder) as (_, address),
        httpx2.Client(base_url=address) as client,
    ):
        assert client.get("/health/ready").is_success
        encoder.broken = word

        response = _ready_when(client, 503)

        is_problem(response, 503)
        assert int(response.headers["retry-after"]) > 0
        assert client.get("/health/live").is_success
        encoder.broken = ""
        assert _ready_when(client, 200).is_success


def _ready_when(client: httpx2.Client, status: int) -> httpx2.Response:
    """Ask until the answer is of this status: a probe's outcome stands for a second."""
    for _ in range(300):
        response = client.get("/health/ready")
        if response.status_code == status:
            break
        sleep(0.1)
    return response


def test_probes_cost_no_more_than_one_a_second(tmp_path: Path) -> None:
    """However many ask whether the service is ready, one question a second is put for them."""
    encoder = CountingEncoder()
    with (
        service(tmp_path, encoder=encoder) as (_, address),
        httpx2.Client(base_url=address) as client,
    ):
        before, began = encoder.asked, monotonic()

        for _ in range(20):
            assert client.get("/health/ready").is_success

        assert 1 <= encoder.asked - before <= 2 + monotonic() - began


class CountingEncoder(WordEncoder):
    """Counts the questions it encodes."""

    asked = 0

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        self.asked += 1
        return super().encode_query(question)


def test_requests_are_counted(client: httpx2.Client) -> None:
    """Requests count by route, method and status, and their time by route."""
    before = series(client)

    client.post("/v1/ask", json=REFUNDS)
    client.post("/v1/ask", json={})
    client.get("/v1/versions/pinecrest-mobile/privacy@2023-05-05")
    client.get("/v1/versions/harbour-broadband/refunds@2024-03-01")
    client.get("/nothing")

    after = series(client)
    for labels, more in [
        ({"route": "/v1/ask", "method": "POST", "status": "200"}, 1),
        ({"route": "/v1/ask", "method": "POST", "status": "422"}, 1),
        ({"route": "/v1/versions/{version:path}", "method": "GET", "status": "200"}, 2),
        ({"route": "none", "method": "GET", "status": "404"}, 1),
    ]:
        name = "qabot_requests_total"
        assert value(after, name, **labels) - value(before, name, **labels) == more
    name = "qabot_request_seconds_count"
    assert value(after, name, route="/v1/ask") - value(before, name, route="/v1/ask") == 2
    assert value(after, "qabot_request_seconds_sum", route="/v1/ask") > 0


def test_answers_and_their_stages_are_counted(client: httpx2.Client) -> None:
    """Answers count by status, the time of each stage by its name; what is not sent again not."""
    before = series(client)
    asked = {**REFUNDS, "k": 7}  # as nobody did before

    tag = client.post("/v1/ask", json=asked).headers["etag"]
    client.post("/v1/ask", json=asked, headers={"If-None-Match": tag})
    client.post("/v1/ask", json={**asked, "company": "Nobody Knows Ltd"})
    client.post("/v1/ask", json={**asked, "question": "Is a router refunded, perhaps?"})

    after = series(client)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("qabot_answers_total", status="answered") == 1
    assert more("qabot_answers_total", status="uncertain") == 1
    assert more("qabot_answers_total", status="unknown_company") == 1
    assert more("qabot_answers_total", status="not_covered") == 0
    assert more("qabot_requests_total", route="/v1/ask", method="POST", status="304") == 1
    counted = {stage: more("qabot_stage_seconds_count", stage=stage) for stage in STAGES}
    assert counted == {"parts": 3, "scope": 3, "encode": 2, "search": 2, "judge": 2, "answer": 3}
    stages = {dict(labels).get("stage") for name, labels in after if name.startswith("qabot_stage")}
    assert stages == STAGES


def test_known_answer_is_counted_and_takes_no_time(client: httpx2.Client) -> None:
    """Asked again, an answer counts once more, is the same, and goes through no stage."""
    asked = {**REFUNDS, "k": 8}
    first = client.post("/v1/ask", json=asked).json()
    before = series(client)

    again = client.post("/v1/ask", json=asked).json()

    after = series(client)
    answers, stages = "qabot_answers_total", "qabot_stage_seconds_count"
    assert again == {**first, "took_ms": 0}
    assert first["took_ms"] > 0
    assert value(after, answers, status="answered") - value(before, answers, status="answered") == 1
    assert {stage: value(after, stages, stage=stage) for stage in STAGES} == {
        stage: value(before, stages, stage=stage) for stage in STAGES
    }


STAGES = {"parts", "scope", "encode", "search", "judge", "answer"}


def test_age_of_the_build_grows(client: httpx2.Client) -> None:
    """The age of the live build is told in seconds."""
    first = value(series(client), "qabot_build_age_seconds")
    second = value(series(client), "qabot_build_age_seconds")

    assert 0 < first < second < first + 60


def test_made_up_requests_make_no_new_series(client: httpx2.Client) -> None:
    """However many addresses, methods, headers and bodies are made up, the series stay few."""

    def make_up() -> None:
        word = token_hex(8)
        client.get(f"/{word}", params={word: word}, headers={word: word})
        client.get(f"/v1/versions/{word}")
        client.get(f"/v1/policies/{word}/changes")
        client.get(f"/static-offline-docs/{word}")
        client.post("/v1/ask", json={"question": word, "company": word})
        client.post("/v1/ask", json={word: word})
        for method in ("PROPFIND", "QUERY", "LINK", "PURGE", "TRACE"):
            client.request(method, f"/{word}")
        client.request(word.upper(), "/v1/ask")  # which the server itself refuses

    make_up()
    before = series(client).keys()
    for _ in range(10):
        make_up()

    assert series(client).keys() == before
    methods = {dict(labels).get("method") for _, labels in before} - {None}
    assert methods <= {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}


def test_figures_hold_no_word_that_was_sent(client: httpx2.Client) -> None:
    """No text of a request stands in the figures."""
    word = token_hex(8)

    client.post("/v1/ask", json={"question": word, "company": word}, headers={"User-Agent": word})
    client.post("/v1/ask", json={"question": f"volcano {word}"})
    client.get(f"/{word}")

    assert word not in client.get("/metrics").text


def test_figures_are_for_server_keys(keyed: tuple[FastAPI, httpx2.Client]) -> None:
    """Where there are keys, a server key opens the figures; no key and a page's key do not."""
    api, client = keyed
    web = "https://help.example.com"

    is_problem(client.get("/metrics"), 401)
    is_problem(client.get("/metrics", headers={**new_key(api, web)[1], "Origin": web}), 403)
    assert "qabot_requests_total" in client.get("/metrics", headers=new_key(api)[1]).text


def test_documentation_needs_no_other_host(client: httpx2.Client) -> None:
    """The page at /docs loads nothing from elsewhere, and all that it loads is here."""
    page = client.get("/docs").text

    loaded = re.findall(r'(?:src|href)="(.*?)"', page)
    assert len(loaded) >= 3
    assert "//" not in re.sub(r"<!--.*?-->|// .*", "", page)
    for address in [*loaded, "/openapi.json"]:
        assert address.startswith("/")
        assert client.get(address).status_code == 200
    script = next(one for one in loaded if one.endswith(".js"))
    assert "SwaggerUIBundle" in client.get(script).text


def test_document_is_openapi_with_examples(client: httpx2.Client) -> None:
    """The OpenAPI document is valid, names every operation, and its examples are answered."""
    document = client.get("/openapi.json").json()

    validate(document)
    assert document["openapi"].startswith("3.1")
    operations = {
        f"{method.upper()} {path}" for path, one in document["paths"].items() for method in one
    }
    assert operations == {
        "POST /v1/ask",
        "POST /v1/feedback",
        "GET /v1/examples",
        "GET /v1/gaps",
        "GET /v1/policies",
        "GET /v1/policies/{policy}/changes",
        "GET /v1/versions/{version}",
        "GET /v1/build",
        "GET /health/live",
        "GET /health/ready",
    }
    schemas = document["components"]["schemas"]
    assert schemas["Question"]["examples"]
    for example in schemas["Question"]["examples"]:
        assert client.post("/v1/ask", json=example).is_success
    for example in schemas["Feedback"]["examples"]:  # well formed, though no such answer was given
        assert client.post("/v1/feedback", json=example).status_code == 404
    content = document["paths"]["/v1/ask"]["post"]["responses"]["200"]["content"]
    answers = [one["value"] for one in content["application/json"]["examples"].values()]
    assert {answer["status"] for answer in answers} == {"answered", "uncertain", "not_covered"}
    for answer in answers:
        answer_schemas.Answer.model_validate(answer)
        for one in answer["citations"] + answer["nearest"]:
            assert one["end"] - one["start"] == len(one["quote"])
            for mark in one["highlight"]:
                first, last = mark["start"] - one["start"], mark["end"] - one["start"]
                assert one["quote"][first:last] == mark["text"]
    assert "application/problem+json" in json.dumps(document)


def test_document_says_whether_a_key_is_needed(
    client: httpx2.Client, keyed: tuple[FastAPI, httpx2.Client]
) -> None:
    """The OpenAPI document of an open service lets the key be left out; another's does not."""
    optional, needed = (
        one.get("/openapi.json").json()["paths"]["/v1/ask"]["post"]["security"]
        for one in (client, keyed[1])
    )

    assert {} in optional
    assert needed == [{"HTTPBearer": []}]
