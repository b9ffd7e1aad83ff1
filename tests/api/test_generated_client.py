"""The OpenAPI document is right: a typed client that is made from it alone works."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.serving import service

Client = Any  # of a module that is made while the tests run
Answered = Any
REFUND = "Do you refund the whole price within 14 days of the order?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve two companies."""
    with service(tmp_path_factory.mktemp("served")) as (_, address):
        yield address


@pytest.fixture(scope="module")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Generate a client from what the service says of itself."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(httpx2.get(f"{address}/openapi.json").text)
    settings = {"post_hooks": [], "package_name_override": "generated_client"}
    (folder / "settings.json").write_text(json.dumps(settings))
    program = Path(sys.executable).with_name("openapi-python-client")
    run = [str(program), "generate", "--path", "openapi.json", "--config", "settings.json"]
    run += ["--meta", "none", "--output-path", "generated_client", "--fail-on-warning"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    with import_module("generated_client").Client(address) as made:
        yield made
    sys.path.remove(str(folder))


def ask(client: Client, text: str, **given: object) -> Answered:
    """Ask with the generated client; return what it makes of the answer."""
    question = import_module("generated_client.models").Question(text, **given)
    return import_module("generated_client.api.questions.ask").sync(client=client, body=question)


def test_client_asks(client: Client) -> None:
    """It sends a question of the document's fields, and reads every field of the answer."""
    answer = ask(client, REFUND, company="Harbour Broadband", as_of=date(2023, 1, 1), k=1)

    assert answer.status.value == "answered"
    (citation,) = answer.citations
    (highlight,) = citation.highlight
    assert citation.quote[highlight.start - citation.start :].startswith(highlight.text)
    assert isinstance(citation.effective_from, date)
    assert answer.parts == [] and answer.scope.company == "Harbour Broadband"


def test_client_reads_parts(client: Client) -> None:
    """Of a message that asks several questions it reads each part as an answer of its own."""
    message = f"1) {REFUND} 2) How long are call records kept?"

    answer = ask(client, message)

    assert [part.question for part in answer.parts] == message[3:].split(" 2) ")
    assert answer.status.value in {part.status.value for part in answer.parts}


def test_client_reads_problems(client: Client) -> None:
    """What went wrong has a type of its own too."""
    problem = ask(client, "")

    assert type(problem).__name__ == "Problem"
    assert problem.status == 422 and "question" in problem.detail
