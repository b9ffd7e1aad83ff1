from collections.abc import Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from qabot.changes.build_changes import BuildChanges, build_changes
from qabot.changes.build_differences import BuildParts, Difference
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.corpus import Corpus
from qabot.index.file_report import read_report
from qabot.index.releases import builds_folder
from tests.support.fakes import WordEncoder, policy

RULES = "\n\n".join(
    f"You must tell us about fault {n} within {n} days, and we repair it." for n in range(3, 30)
)
LIVE = {
    "privacy.md": policy("Harbour Broadband", "privacy", "2024-01-01", RULES),
    "refunds.md": policy("Harbour Broadband", "refunds", "2024-01-01", "We refund in 14 days."),
}
TODAY = date(2026, 3, 1)
NOTHING = Difference((), (), ())


def compared(
    folder: Path, before: Mapping[str, str] | None, after: Mapping[str, str]
) -> BuildChanges:
    """Return what a build of some files changes against one of others."""
    policies = folder / "policies"
    policies.mkdir()
    parts: list[BuildParts] = []
    for files in (before or {}, after):
        for file in policies.iterdir():
            file.unlink()
        for name, text in files.items():
            (policies / name).write_text(text)
        if files:
            index = folder / "index"
            report = build(plan([policies], "words"), index, WordEncoder(), live=False)
            kept = builds_folder(index) / report.manifest.id
            parts.append(BuildParts(report.manifest, Corpus.open(kept), read_report(kept)))
    try:
        return build_changes(parts[0] if before else None, parts[-1], TODAY)
    finally:
        for part in parts:
            part.corpus.close()


def test_new_version(tmp_path: Path) -> None:
    """A new version of a policy is one new file and version, and nothing to decide."""
    new = policy("Harbour Broadband", "privacy", "2025-01-01", RULES + "\n\nWe sell nothing.")

    found = compared(tmp_path, LIVE, {**LIVE, "privacy-2025.md": new})

    assert found.files == Difference((f"{tmp_path}/policies/privacy-2025.md",), (), ())
    assert found.policies == Difference((), ("harbour-broadband/privacy",), ())
    assert found.versions == Difference(("harbour-broadband/privacy@2025-01-01",), (), ())
    assert found.warnings == ()


def test_nothing_to_compare_with(tmp_path: Path) -> None:
    """Of the very first build everything is new, and nothing is asked."""
    found = compared(
        tmp_path, None, {**LIVE, "list.md": "# List\n\nmilk\n\neggs\n\nbread\n\nham\n"}
    )

    assert found.live is None
    assert len(found.versions.added) == 3
    assert {one.kind for one in found.warnings} == {"reads_like_no_policy", "no_date"}
    assert found.undecided() == ()


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        (
            "new.md",
            policy("Pinecrest Mobile", "fees", "2024-01-01", "You pay 3 pounds."),
            ["new_company"],
        ),
        (
            "new.md",
            policy("Harbor Broadband", "fees", "2024-01-01", "You pay 3 pounds."),
            ["other_spelling"],
        ),
        (
            "new.md",
            policy("HARBOUR BROADBAND Ltd", "fees", "2024-01-01", "You pay 3 pounds."),
            [],
        ),
        (
            "list.md",
            policy("Harbour Broadband", "list", "2024-01-01", "- milk\n- eggs\n- ham\n- tea"),
            ["reads_like_no_policy"],
        ),
        (
            "terms.md",
            "---\ncompany: Harbour Broadband\n---\n# Terms of Service\n\nYou pay 3 pounds.\n",
            ["no_date"],
        ),
        (
            "terms.md",
            "---\ncompany: Harbour Broadband\n---\n# Terms of Service\n\n"
            "Last updated: 03/04/2024\n\nYou pay 3 pounds.\n",
            ["no_date"],
        ),
        (
            "privacy.md",
            policy("Harbour Broadband", "privacy", "2024-01-01", RULES + "\n\nWe sell nothing."),
            ["same_day"],
        ),
        (
            "privacy-2.md",
            policy("Harbour Broadband", "privacy", "2025-01-01", RULES[: len(RULES) // 3]),
            ["shorter"],
        ),
        (
            "site.html",
            "<html><head><title>Harbour Broadband Terms of Service</title>"
            '<meta property="og:site_name" content="Harbour Broadband"></head><body><nav>'
            + "<a href='/a'>All our shops and offers</a> "
            * 40
            + "</nav><main><h1>Harbour Broadband Terms of Service</h1><p>Effective 1 May 2024.</p>"
            "<p>You must pay us 3 pounds a month.</p></main></body></html>",
            ["mostly_removed"],
        ),
    ],
)
def test_what_to_look_at(tmp_path: Path, name: str, text: str, kinds: list[str]) -> None:
    """Each kind of fault is told, of the file that has it, and no other."""
    found = compared(tmp_path, LIVE, {**LIVE, name: text})

    assert [one.kind for one in found.warnings] == kinds
    assert all(one.files == (f"{tmp_path}/policies/{name}",) for one in found.warnings)


def test_what_somebody_has_to_say_yes_to(tmp_path: Path) -> None:
    """A new company and a removed policy are undecided until they are expected, by any spelling."""
    new = policy("Pinecrest Mobile", "fees", "2024-01-01", "You pay 3 pounds.")
    after = {"privacy.md": LIVE["privacy.md"], "new.md": new}

    found = compared(tmp_path, LIVE, after)

    assert [one.kind for one in found.warnings] == ["new_company", "removed_policy"]
    assert found.undecided() == found.warnings
    (left,) = found.undecided(["pinecrest mobile"])
    assert left.name == "harbour-broadband/refunds"
    assert left.files == (f"{tmp_path}/policies/refunds.md",)
    assert found.undecided(["Pinecrest Mobile", "harbour-broadband/refunds"]) == ()


def test_version_that_would_vanish_is_undecided(tmp_path: Path) -> None:
    """A new version saved over the old one's file takes that version away: told, by its id."""
    old = policy("Harbour Broadband", "refunds", "2023-01-01", "We refund in 10 days.")
    new = policy("Harbour Broadband", "refunds", "2025-01-01", "We refund in 30 days.")
    live = {**LIVE, "refunds-2023.md": old}

    found = compared(tmp_path, live, {**live, "refunds.md": new})

    (warned,) = found.undecided(["harbour-broadband/refunds@2023-01-01"])
    assert warned.kind == "removed_version"
    assert warned.name == "harbour-broadband/refunds@2024-01-01"
    assert warned.files == (f"{tmp_path}/policies/refunds.md",)
    assert found.undecided([warned.name]) == ()


def test_text_that_is_given_its_date_is_no_version_gone(tmp_path: Path) -> None:
    """An undated version that is dated, as is asked for, is another version with the same text."""
    body = "# Use Policy\n\nYou pay 3 pounds.\n"
    head = "---\ncompany: Harbour Broadband\n"
    undated, dated = f"{head}---\n{body}", f"{head}effective: 2025-01-01\n---\n{body}"

    found = compared(tmp_path, {**LIVE, "use.md": undated}, {**LIVE, "use.md": dated})

    assert len(found.versions.removed) == 1
    assert found.warnings == ()


def test_old_faults_are_not_told_again(tmp_path: Path) -> None:
    """What was live already is not warned about again."""
    undated = {
        **LIVE,
        "use.md": "---\ncompany: Harbour Broadband\n---\n# Use Policy\n\nYou pay 3 pounds.\n",
    }
    new = policy("Harbour Broadband", "terms", "2025-01-01", "You may not resell it.")

    found = compared(tmp_path, undated, {**undated, "terms.md": new})

    assert found.warnings == ()


def test_file_at_another_path_is_no_new_one(tmp_path: Path) -> None:
    """A file that only has another name now is neither new nor removed."""
    after = {"notice.md": LIVE["privacy.md"], "refunds.md": LIVE["refunds.md"]}

    found = compared(tmp_path, LIVE, after)

    assert (found.files, found.versions) == (NOTHING, NOTHING)


def test_unnamed_files_are_told_together(tmp_path: Path) -> None:
    """Files whose company nobody knows are one thing to decide."""
    unnamed = {f"{n}.md": f"# The {n}\n\nWe may pay {n}.\n" for n in ("one", "two")}

    found = compared(tmp_path, LIVE, {**LIVE, **unnamed})

    (warned,) = found.undecided()
    assert warned.kind == "new_company"
    assert len(warned.files) == 2
    assert "company: NAME" in warned.sentence


def test_copy_of_the_version_before_is_told(tmp_path: Path) -> None:
    """The old file under a new date is a slip; the same text of another policy is none."""
    text = "We refund the whole price within 14 days of the order."
    old = {**LIVE, "refunds.md": policy("Harbour Broadband", "refunds", "2024-01-01", text)}
    again = policy("Harbour Broadband", "refunds", "2025-01-01", text)
    other = policy("Harbour Broadband", "terms", "2025-01-01", text)

    (warned,) = compared(tmp_path, old, {**old, "again.md": again, "terms.md": other}).warnings

    assert (warned.kind, warned.is_guarded) == ("same_text", False)
    assert "refunds@2025-01-01 is letter by letter the version before" in warned.sentence


def test_version_that_is_not_in_force_yet_is_told(tmp_path: Path) -> None:
    """From the day after today on: until then nobody is answered from it."""
    days = {"today": TODAY, "tomorrow": TODAY + timedelta(days=1)}
    for name, until_then in (("refunds", "the version before it"), ("terms", "nothing of it")):
        for day, number in zip(days.values(), (0, 1), strict=True):
            new = policy("Harbour Broadband", name, day.isoformat(), "You may pay 3 pounds.")
            folder = tmp_path / f"{name}{number}"
            folder.mkdir()
            warnings = compared(folder, LIVE, {**LIVE, "new.md": new}).warnings
            assert [one.kind for one in warnings if one.kind == "not_yet"] == ["not_yet"] * number
            assert not number or f"{until_then} " in warnings[0].sentence


def test_corpora_are_left_as_they_were(tmp_path: Path) -> None:
    """Comparing a build with itself finds nothing."""
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "privacy.md").write_text(LIVE["privacy.md"])
    report = build(plan([policies], "words"), tmp_path, WordEncoder())
    kept = builds_folder(tmp_path) / report.manifest.id
    with closing(Corpus.open(kept)) as corpus:
        parts = BuildParts(report.manifest, corpus, read_report(kept))
        found = build_changes(parts, parts, TODAY)

    assert (found.files, found.policies, found.versions) == (NOTHING, NOTHING, NOTHING)
    assert found.warnings == ()
