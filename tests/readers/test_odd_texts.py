"""Odd texts cost no more than their length: what is long is read, or refused in one sentence."""

import time
from pathlib import Path

import pytest

from qabot.catalog.identify import identify
from qabot.chunking.passages import split
from qabot.errors import UnreadableFile
from qabot.readers.reading import read

pytestmark = pytest.mark.slow

ODD = {
    "without a space": "x",
    "lines of a letter": "a\n",
    "items in a line": "(a) x; (b) y; ",
    "marks in a line": "(a) (b) ",
    "quotation marks": "“a” ",
    "words that line ends divide": "exam-\n",
    "numbers": "1.1. ",
    "numbers without a space": "1.1.",
    "questions": "Who? ",
    "abbreviations": "No. ",
    "announcements": "Last updated: ",
    "names": "Acme, Inc. ",
    "addresses": "a.b-c+",
    "headings": "# a\n",
    "tables": "|a|\n|-|\n",
    "link references": "[a]: b\n",
    "brackets": "[[",
    "stars": "**a* ",
    "template tags": "](  {{ ",
    "elements that stay open": "<div>\n\n",
    "marks that stay raised": "<sup>",
    "notes": "[^1] ",
    "raw parts that stay open": "{% raw %} ",
    "marks around a word": "{{< a >}}b{{< /a >}} {% c %}d{% endc %} ",
    "comments that stay open": "{% comment %} ",
    "deletions that stay open": "{-- {~~ a ~> ",
    "remarks": "%% a ",
    "tildes": "~a ",
    "letters with a line through them": "a\u0336 ",
    "lines without a letter": "\u0336",
    "rules": "--",
    "rules in a row": "+--|==",
    "columns": "a  b  c\n",
    "columns of amounts": "a  b\na  1\na  2\n",
    "bold lines": "**a**\nWe pay you at once.\n\n",
    "bars": "| a\n",
    "style sheets": "<style>.a .b{display:none}</style><p class='a b'>",
    "elements shown apart": "<i style='display:flex'><u style='display:block'>",
}
NAMING = {  # what names companies and dates
    "a long name": "A-",
    "names with apostrophes": "A’",
    "names with ampersands": "A&B & ",
    "names with dots": "A.com ",
    "capitals": "UPDATED ",
    "legal forms": "Acme GmbH & Co. KG, Inc. ",
    "roles in legal notices": "Verantwortlicher der ",
    "sites in legal notices": "the owner of this site der Website ",
    "companies and small words": "Acme und ",
    "definitions": "Acme (“we",
    "copyright lines": "© 2024 A ",
    "kinds of policies": "Terms of ",
    "host names": "a@b.c.",
    "words joined by dots": "a.",
    "figures": "¹",
    "months": "January ",
    "weekdays": "Monday, the ",
    "dates": "Stand: 1. Januar 2020, bis 1/1/2021 ",
    "rows of control tables": "Owner: Effective | HR: 1 May 2020\n",
    "companies in titles": "The Policy of Acme Ltd for ",
    "authors of versions": "updated by on 1 ",
    "what leads up to dates": "the last updated by the date of this policy as of ",
    "hours before dates": "effective from 00:00 on ",
    "dates without a mark between": "20240301 1.3.24 2024-03 ",
    "what texts call themselves": "diese Datenschutzerklärung dieser Richtlinie ",
    "signs of sections": "§ ",
    "Chinese": "隐私。",
    "exclamations": "A! ",
}


def seconds(path: Path, text: str) -> float:
    """Return the processor time that reading, identifying and splitting a text takes."""
    path.write_text(text)
    began = time.process_time()
    try:
        versions = identify([(path, read(path))])
        split(versions[0])
    except UnreadableFile as error:
        assert str(error).startswith(str(path))
    return time.process_time() - began


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
@pytest.mark.parametrize("odd", ODD)
def test_time_grows_with_the_length(odd: str, suffix: str, tmp_path: Path) -> None:
    """Four times the text takes far less than the sixteen times of what is quadratic."""
    path, text = tmp_path / f"odd{suffix}", ODD[odd] * 16_000
    seconds(path, text[:500])  # what is loaded once
    assert seconds(path, text[:16_000]) < 9 * seconds(path, text[:4_000]) + 0.6


@pytest.mark.parametrize("odd", NAMING)
def test_time_to_find_names_and_dates_grows_with_the_length(odd: str, tmp_path: Path) -> None:
    """Long enough to show what is quadratic, as the middle of a long text is not searched."""
    path, text = tmp_path / "odd.txt", NAMING[odd] * 60_000
    seconds(path, text[:500])
    assert seconds(path, text[:60_000]) < 9 * seconds(path, text[:15_000]) + 0.6


@pytest.mark.parametrize("lead", ["updated by on ", "the last updated ", "by the ", "this policy "])
def test_what_leads_up_to_a_date_is_read_in_one_way(lead: str, tmp_path: Path) -> None:
    """Words that can be read as a link or as a name do not double the time each time they come."""
    path = tmp_path / "odd.txt"
    lines = f"Effective {lead * 9}; 1 May 2020 we moved.\n\n" * 30
    assert seconds(path, f"Acme Privacy Policy\n\n{lines}") < 2


def test_quotation_marks_that_stay_open_take_little_time(tmp_path: Path) -> None:
    """What finds sentences takes quadratic time over them, so it gets little at once."""
    assert seconds(tmp_path / "odd.txt", "\"'“" * 33_000) < 2
