"""What a key that is bound to one company can learn of others: nothing."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import httpx2
import pytest
from fastapi import FastAPI

from qabot.api.application import create_api
from qabot.index.shared_releases import SharedReleases
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion
from tests.support.fakes import WORD_MODELS, build_bot, policy
from tests.support.serving import MANY, is_problem, new_key, serving, store_of

_ALPHA = "# Privacy\n\nCall records are kept for 12 months.\n"
_BRAVO = "# Privacy\n\nCall records are kept for 99 days.\n"
_FILES = {
    "alpha.md": policy("Alpha", "privacy", "2023-05-05", _ALPHA),
    "bravo.md": policy("Bravo", "privacy", "2023-05-05", _BRAVO),
    "catalog.yaml": "alpha.md:\n  aliases: [Alpha Widgets]\n",
}
_ASKED = {"question": "How long are call records kept?"}


@dataclass(frozen=True)
class Served:
    """A service with policies of Alpha and Bravo, the former with aliases, and with keys."""

    api: FastAPI
    client: httpx2.Client

    def bound(self, company: str | None) -> httpx2.Headers:
        """Return what sends a new server key that is bound to a company."""
        return httpx2.Headers(new_key(self.api, company=company)[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve them."""
    folder = tmp_path_factory.mktemp("companies")
    build_bot(folder, _FILES)
    settings = Settings(address_limit=MANY, key_limit=MANY)
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        questions = Questions(
            LiveBot(SharedReleases(folder / "index"), WORD_MODELS), store, settings
        )
        api = create_api(questions, store, settings, keyless=False)
        with serving(api) as address, httpx2.Client(base_url=address) as client:
            yield Served(api, client)


@pytest.mark.parametrize("bound", ["Alpha Widgets", "Alph", "alpha.example", "Charlie"])
def test_alias_of_another_company_opens_nothing(served: Served, bound: str) -> None:
    """A key whose company is not indexed is answered by no other that goes by its name."""
    header = served.bound(bound)

    answer = served.client.post("/v1/ask", json=_ASKED, headers=header).json()

    assert (answer["status"], answer["citations"]) == ("unknown_company", [])
    assert answer["nearest"] == []
    assert served.client.get("/v1/policies", headers=header).json() == []
    version = served.client.get("/v1/versions/alpha/privacy@2023-05-05", headers=header)
    is_problem(version, 404)


def test_bound_key_is_answered_by_its_company(served: Served) -> None:
    """A key of Bravo is answered by Bravo alone."""
    answer = served.client.post("/v1/ask", json=_ASKED, headers=served.bound("Bravo")).json()

    assert answer["status"] == "answered"
    assert {citation["company"] for citation in answer["citations"]} == {"Bravo"}


def test_build_is_described_as_far_as_it_is_seen(served: Served) -> None:
    """What a key counts in a build is its own company's."""
    counted = [
        served.client.get("/v1/build", headers=served.bound(company)).json()["counts"]
        for company in ("Bravo", "Charlie", None)
    ]

    assert [one["companies"] for one in counted] == [1, 0, 2]
    assert [one["policies"] for one in counted] == [1, 0, 2]
    assert [one["passages"] for one in counted] == [1, 0, 2]


def test_metrics_are_of_all_companies(served: Served) -> None:
    """A server key that is bound to a company does not read what was asked of all."""
    is_problem(served.client.get("/metrics", headers=served.bound("Bravo")), 403)
    assert served.client.get("/metrics", headers=served.bound(None)).is_success


def test_feedback_is_on_answers_that_were_given(served: Served) -> None:
    """Feedback on another company's answer, or on one that never was, is on nothing there is."""
    headers = {company: served.bound(company) for company in ("Alpha", "Bravo", None)}
    answers = {
        company: served.client.post("/v1/ask", json=_ASKED, headers=header).json()["id"]
        for company, header in headers.items()
    }

    def say(answer: str, company: str | None) -> httpx2.Response:
        said = {"answer": answer, "helpful": True}
        return served.client.post("/v1/feedback", json=said, headers=headers[company])

    for own, others in (("Alpha", ("Bravo", None)), ("Bravo", ("Alpha", None))):
        assert say(answers[own], own).status_code == 204
        assert say(answers[own], None).status_code == 204
        for other in others:
            is_problem(say(answers[other], own), 404)
    never = f"{int(answers[None], 16) ^ 1:024x}"
    for company in headers:
        is_problem(say(never, company), 404)


@pytest.mark.parametrize("bound", ["Alpha Widgets", "Bravo"])
def test_gaps_quote_no_other_company(served: Served, bound: str) -> None:
    """What comes nearest to a question that stayed open is among what its key may see."""
    header = served.bound(bound)
    question = "How long does Alpha keep call records?"
    store_of(served.api).log_question(
        LoggedQuestion("c" * 16, question, bound, None, "not_covered", "build")
    )

    gaps = served.client.get("/v1/gaps", headers=header).json()

    assert [gap["wordings"] for gap in gaps] == [[question]]
    assert "12 months" not in str(gaps) and "alpha/" not in str(gaps)


def test_time_tells_of_no_other_company(tmp_path: Path) -> None:
    """A version that a key may not see is refused as fast as one that never was."""
    long = "# Privacy\n\n" + "Call records are kept for 99 days. " * 20_000
    build_bot(tmp_path, {**_FILES, "bravo.md": policy("Bravo", "privacy", "2023-05-05", long)})
    settings = Settings(address_limit=MANY, key_limit=MANY)
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        live = LiveBot(SharedReleases(tmp_path / "index"), WORD_MODELS)
        questions = Questions(live, store, settings)
        api = create_api(questions, store, settings, keyless=False)
        header = new_key(api, company="Alpha")[1]
        with serving(api) as address, httpx2.Client(base_url=address, headers=header) as client:

            def seconds(version: str) -> float:
                began = process_time()
                for _ in range(20):
                    is_problem(client.get(f"/v1/versions/{version}"), 404)
                return process_time() - began

            there, nowhere = "bravo/privacy@2023-05-05", "bravo/privacy@2023-05-06"
            assert min(seconds(there) for _ in range(3)) < 2 * min(
                seconds(nowhere) for _ in range(3)
            )
