import gzip
import json
import re
from importlib.resources import files

from qabot.api import widget
from qabot.api.widget import widget_source

KIB = 1024


def test_widget_is_small() -> None:
    """Everything that a page loads for the widget is at most 15 KB, compressed."""
    assert len(gzip.compress(widget_source(), 9)) <= 15 * KIB


def test_source_is_one_module() -> None:
    """What is served is the same bytes each time, and needs no other file."""
    source = widget_source().decode()

    assert source == widget_source().decode()
    assert re.search(r"^import\b|\bimport\(|@import|url\(", source, re.MULTILINE) is None


def test_source_has_no_comments() -> None:
    """What explains the widget to its developers is not sent to its visitors."""
    script = widget_source().decode().split("\n", 2)[2]  # style and texts are the first two lines

    assert "class PolicyAnswers" in script
    assert [line for line in script.splitlines() if line.startswith(("//", "/*", "*"))] == []


def test_nothing_is_parsed_from_a_string() -> None:
    """No text can become an element or a script, and no style an attribute."""
    source = widget_source().decode()

    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert unsafe not in source


def test_languages_say_the_same() -> None:
    """Every language has every text, with the same values in it and every plural form."""
    texts = json.loads(files(widget).joinpath("texts.json").read_text(encoding="utf-8"))
    english = {key: _values(text) for key, text in texts["en"].items()}

    assert set(texts) == {"en", "es", "fr", "de"}
    for language, said in texts.items():
        assert {key: _values(text) for key, text in said.items()} == english, language


def _values(text: str | dict[str, str]) -> dict[str, set[str]]:
    """Return the names of the values in each form of a text."""
    forms = {"only": text} if isinstance(text, str) else text
    return {form: set(re.findall(r"\{(\w+)\}", words)) for form, words in forms.items()}
