from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from qabot.changes.passage_now import PassageNow, passage_now
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.corpus import Corpus
from qabot.index.releases import current_folder
from tests.support.fakes import WordEncoder, policy

OLD = """# Privacy

## 1. Calls

We keep call records for 24 months. We never sell them to anybody else.

## 2. Fax

You may send us a fax at any time of the day.
"""
NEW = """# Privacy

## 1. Cookies

Our website remembers your language.

## 2. Calls

We keep call records for 12 months.  We never sell them to anybody else.
"""
TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """Return a policy of three versions, of which the last is not in force yet."""
    folder = tmp_path_factory.mktemp("corpus")
    for day, text in (("2020-01-01", OLD), ("2024-01-01", NEW), ("2030-01-01", "Gone.")):
        (folder / f"{day}.md").write_text(policy("Harbour", "privacy", day, text))
    build(plan([folder], "words"), folder / "index", WordEncoder())
    with closing(Corpus.open(current_folder(folder / "index"))) as corpus:
        yield corpus


def now(corpus: Corpus, quote: str, version: str = "2020-01-01") -> PassageNow | None:
    """Return what became of a quote of a version."""
    version_id = f"harbour/privacy@{version}"
    start = corpus.text(version_id).index(quote)
    return passage_now(corpus, version_id, start, start + len(quote), TODAY)


@pytest.mark.parametrize(
    ("quote", "kind", "place"),
    [
        ("We never sell them to anybody else.", "unchanged", "We never sell them to anybody else."),
        ("never sell", "unchanged", "We never sell them to anybody else."),
        ("1. Calls", "unchanged", "2. Calls"),
        ("We keep call records for 24 months.", "reworded", "We keep call records for 12 months."),
        (
            "We keep call records for 24 months. We never sell them to anybody else.",
            "reworded",
            "We keep call records for 12 months. We never sell them to anybody else.",
        ),
        ("You may send us a fax at any time of the day.", "removed", None),
    ],
)
def test_what_became_of_a_passage(corpus: Corpus, quote: str, kind: str, place: str | None) -> None:
    """A passage is found again where it stands now, whatever its number and place are there."""
    found = now(corpus, quote)

    assert found
    assert (found.kind, found.version) == (kind, "harbour/privacy@2024-01-01")
    assert found.since == date(2024, 1, 1)
    assert (found.after and found.after.quote) == place
    for version, side in (
        ("harbour/privacy@2020-01-01", found.before),
        (found.version, found.after),
    ):
        assert side is None or corpus.text(version)[side.start : side.end] == side.quote


def test_words_that_changed_are_told(corpus: Corpus) -> None:
    """Of a part of a sentence, the sentence is compared; of what was kept no words are told."""
    found, kept = now(corpus, "records for 24"), now(corpus, "never sell")

    assert found and found.after and kept and kept.after
    sides = [
        [side.quote[one.start - side.start : one.end - side.start] for one in side.changed]
        for side in (found.before, found.after, kept.before, kept.after)
    ]
    assert sides == [["24"], ["12"], [], []]
    assert found.before.section == ("Privacy", "1. Calls")
    assert found.after.section == ("Privacy", "2. Calls")


def test_nothing_later_is_in_force(corpus: Corpus) -> None:
    """Of the version in force, and of one to come, nothing is said."""
    assert now(corpus, "We keep", "2024-01-01") is None
    assert now(corpus, "Gone.", "2030-01-01") is None
    assert passage_now(corpus, "harbour/privacy@1999-01-01", 0, 1, TODAY) is None
    assert passage_now(corpus, "harbour/privacy@2020-01-01", 9_000, 9_001, TODAY) is None
