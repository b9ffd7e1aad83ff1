from pathlib import Path

import pytest

from qabot.catalog.identify import identify
from qabot.changes.no_policy import reads_like
from qabot.index.build import read_versions
from qabot.readers.reading import read
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]

OTHERS = {  # none of these was looked at when the rules were measured
    "a list": [
        "Groceries\n\n- oat milk\n- rye bread\n- 3 lemons\n- sponge\n- bin bags\n",
        "Packing for Lisbon\n\npassport\ncream\ntwo shirts\nphone charger\nbook for the plane\n",
        "Cheese\nHam\nTin foil\nA card for Rosa's birthday, the big one\nMatches\nCandles\n",
    ],
    "an e-mail": [
        "From: p.moore@example.com\nTo: all@example.com\nSubject: Car park\n\nThe car park will be "
        "painted on Thursday. Please leave your car at home, or in the street.\n",
        "Hello Rosa,\n\nthank you for the drawings. We will look at them on Monday and tell you "
        "what we think. You may send the rest to the office.\n\nKind regards,\nPaul\n",
        "Von: Paul\nAn: Rosa\nBetreff: Parkplatz\n\nAm Donnerstag wird der Parkplatz gestrichen.\n",
    ],
    "the minutes of a meeting": [
        "Minutes of the works council, 4 May 2025\n\nPresent: Rosa, Paul, Ines\n\nThe council "
        "agreed that the canteen must open at eleven. Paul will tell the cook.\n",
        "# Product call\n\nAttendees: Rosa, Paul\n\nWe may ship in June.\n\nAction items\n\n"
        "- Rosa: ask legal whether we need consent\n",
    ],
    "a text without any rule": [
        "The ferry left the harbour at six in the morning. Gulls followed it as far as the point, "
        "and the children on the upper deck threw bread to them. In the saloon a man played cards "
        "with himself and lost. The coast of the island came out of the haze at nine.\n",
    ],
}
POLICIES = [
    "# Refunds\n\nWe refund within 14 days.\n",
    "# Dress code\n\n- Wear closed shoes.\n- Tie long hair back.\n- No rings near the machines.\n"
    "- Ask your team leader for gloves before you go into the hall.\n",
    "# Letter to our customers\n\nDear customer,\n\nfrom May on you may return goods within 30 "
    "days. We pay the postage.\n\nKind regards,\nHarbour\n",
    "# Rückgabe\n\nSie können Waren innerhalb von 30 Tagen zurückgeben. Die Kosten der Rücksendung "
    "tragen wir. Ausgenommen ist, was nach Ihren Wünschen gefertigt wurde. Der Betrag wird auf dem "
    "Weg erstattet, auf dem er gezahlt wurde, spätestens vierzehn Tage nach Eingang der Ware.\n",
]


def as_what(folder: Path, text: str) -> str | None:
    """Return as what a file with this text reads."""
    file = folder / ("file.md" if text.startswith("#") else "file.txt")
    file.write_text(text)
    (version,) = identify([(file, read(file))])
    return reads_like(version)


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in OTHERS.items() for text in texts]
)
def test_what_is_no_policy(tmp_path: Path, kind: str, text: str) -> None:
    """A list, an e-mail, minutes and a story are told from a policy."""
    assert as_what(tmp_path, text) == kind


@pytest.mark.parametrize("text", POLICIES)
def test_short_and_foreign_policies_are_policies(tmp_path: Path, text: str) -> None:
    """A policy of one sentence, of items, as a letter, or in another language is one."""
    assert as_what(tmp_path, text) is None


def test_sample_policies_are_policies() -> None:
    """None of the sample's policies, tables among them, is taken for something else."""
    for version in read_versions([ROOT / "index" / "policies"]):
        assert reads_like(version) is None, version.file


@pytest.mark.shared
def test_real_policies_are_policies() -> None:
    """None of the real ones is either."""
    for version in read_versions([SHARED / "seeds", *sorted((SHARED / "versions").iterdir())]):
        assert reads_like(version) is None, version.file
