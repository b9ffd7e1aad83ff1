import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from qabot.api import examples_route
from qabot.api.schemas import answer_schemas, request_schemas
from qabot.api.widget import widget_source
from qabot.records import Remark
from qabot.service.further import FURTHER
from tests.widget.conftest import NODE_MODULES, WIDGET

KIB = 1024
SOURCE = WIDGET / "source"


def test_widget_is_small() -> None:
    """Everything that a page loads for the widget is at most 15 KB, compressed."""
    assert len(gzip.compress(widget_source(), 9)) <= 15 * KIB


def test_widget_is_what_its_modules_make(tmp_path: Path) -> None:
    """The file that is committed and served is built from the modules as they are now."""
    if shutil.which("node") is None or not (WIDGET / "node_modules" / "esbuild").exists():
        pytest.skip("esbuild is not installed: npm ci --prefix qabot/api/widget")
    built = tmp_path / "widget.js"

    subprocess.run(["node", WIDGET / "build.js", built], check=True)

    assert built.read_bytes() == widget_source(), "qabot/api/widget has changed: make widget"


def test_builder_is_pinned() -> None:
    """One version of esbuild builds the widget everywhere, so the bytes are the same."""
    wanted = json.loads((WIDGET / "package.json").read_text())["devDependencies"]["esbuild"]
    locked = json.loads((WIDGET / "package-lock.json").read_text())["packages"]

    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted)
    assert locked["node_modules/esbuild"]["version"] == wanted


def test_types_of_the_modules_hold() -> None:
    """The TypeScript compiler has nothing against the modules, by the types in their comments."""
    compiler = NODE_MODULES / ".bin" / "tsc"
    if not compiler.exists():
        pytest.skip("TypeScript is not installed: npm ci --prefix tests/node")

    run = subprocess.run([compiler, "-p", SOURCE / "jsconfig.json"], capture_output=True, text=True)

    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize(
    "model", ["Span", "Citation", "Searched", "Answer", "Part", "Examples", "Feedback"]
)
def test_contract_is_that_of_the_service(model: str) -> None:
    """What the widget reads and writes has the names that it has in the service's schemas."""
    contract = (SOURCE / "contract.d.ts").read_text()
    [(parent, body)] = re.findall(
        rf"interface {model} (?:extends (\w+) )?{{(.*?)}}", contract, re.S
    )
    home = {"Examples": examples_route, "Feedback": request_schemas}.get(model, answer_schemas)
    schema: type[BaseModel] = getattr(home, model)

    names = set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))

    assert names
    assert names <= set(schema.model_fields)
    assert parent in ("", "Span", "Answer")


def test_every_remark_has_its_word() -> None:
    """The widget has a word for every remark that the service knows, and for no other."""
    [remarks] = re.findall(
        r"type Remark =(.*?);", (SOURCE / "contract.d.ts").read_text(encoding="utf-8"), re.DOTALL
    )

    assert set(re.findall(r'"(\w+)"', remarks)) == set(get_args(Remark))


def test_further_passages_are_shown_as_elsewhere() -> None:
    """From which confidence on a further passage is shown is the same as in the terminal."""
    module = (SOURCE / "answer.js").read_text(encoding="utf-8")

    assert f"export const FURTHER = {FURTHER};" in module


def test_widget_is_one_module() -> None:
    """What is served needs no other file, and explains nothing to its visitors."""
    served = widget_source().decode()

    assert "policy-answers" in served
    assert re.search(r"\bimport\b(?!\.meta)|@import|\burl\(", served) is None
    assert re.search(r"/\*|(?<!:)//", served) is None


def test_nothing_is_parsed_from_a_string() -> None:
    """No text can become an element or a script, and no style an attribute."""
    served = widget_source().decode()

    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert unsafe not in served


def test_languages_say_the_same() -> None:
    """Every language has every text, with the same values in it and every plural form."""
    texts = json.loads((SOURCE / "texts.json").read_text(encoding="utf-8"))
    english = {key: _values(text) for key, text in texts["en"].items()}

    assert set(texts) == {"en", "es", "fr", "de"}
    for language, said in texts.items():
        assert {key: _values(text) for key, text in said.items()} == english, language


def test_every_text_is_used() -> None:
    """No text of the widget is left over from what it once said; a remark's goes by its name."""
    texts = json.loads((SOURCE / "texts.json").read_text(encoding="utf-8"))
    files = [*SOURCE.glob("*.js"), SOURCE / "contract.d.ts"]
    modules = "".join(file.read_text(encoding="utf-8") for file in files)

    assert [key for key in texts["en"] if f'"{key}"' not in modules] == []


def _values(text: str | dict[str, str]) -> dict[str, set[str]]:
    """Return the names of the values in each form of a text."""
    forms = {"only": text} if isinstance(text, str) else text
    return {form: set(re.findall(r"\{(\w+)\}", words)) for form, words in forms.items()}
