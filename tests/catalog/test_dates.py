"""Dates: what counts as one day, and which date a text announces as its own."""

from datetime import date

import pytest

from qabot.catalog.dates import announced_date, days_meant, declared_date, month_in


@pytest.mark.parametrize(
    "value",
    ["2021-06-10", "June 10, 2021", "10 June 2021", "10th of June, 2021", "2021-06-10T08:30:00Z"],
)
def test_a_declared_day(value: str) -> None:
    """One day can be written in several ways."""
    assert declared_date(value) == date(2021, 6, 10)


@pytest.mark.parametrize(
    "value",
    ["soon", "", "31 February 2021", "2021-02-31", "2021-01-01 and 2022-01-01", "May 2018"]
    + ["00 May 2018", "0/5/2018"],
)
def test_what_is_not_one_day(value: str) -> None:
    """No day, a day that does not exist, two days and a month are no declared date."""
    assert declared_date(value) is None


def test_numbers_are_a_day_only_where_they_can_be_read_in_one_way() -> None:
    """25/12 is Christmas to everybody; 03/04 is in March or in April."""
    assert declared_date("25/12/2020") == date(2020, 12, 25)
    assert declared_date("04/04/2020") == date(2020, 4, 4)
    assert declared_date("03/04/2020") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Last updated June 10, 2021 (modified to drop a section). Click here.", (2021, 6, 10)),
        ("Updated: March 12, 2015", (2015, 3, 12)),
        ("© LARKLINE - Last revised: March 14 2012", (2012, 3, 14)),
        ("Effective July 20, 2012 (last updated October 08, 2013)", (2013, 10, 8)),
        ("Effective July 20, 2014 (last updated October 08, 2013)", (2014, 7, 20)),
        ("This Privacy Policy is effective as of 25 May 2018.", (2018, 5, 25)),
        ("Effective Date: 2020-01-31", (2020, 1, 31)),
        ("Published 3 June 2020 Last updated 4 July 2020", (2020, 7, 4)),
        ("Last modified Sept. 3rd, 2020", (2020, 9, 3)),
        ("(Last Updated: November 2019 – What changed?)", (2019, 11, 1)),
    ],
)
def test_announced_dates(text: str, day: tuple[int, int, int]) -> None:
    """Phrases that announce a text's own date are understood; of two the later counts."""
    found = announced_date(f"Privacy Policy\n\n{text}\n\nWe keep little.", day_first=False)
    assert found is not None
    assert found[0] == date(*day)
    assert found[1] in text


@pytest.mark.parametrize(
    "text",
    [
        "Effective June 1, 2021, we will charge for paper bills.",
        "The previous policy was last updated on 1 May 2017.",
        "The Act took effect on January 1, 2020.",
        "We founded Larkline on 3 June 2010.",
        "Last updated 31 February 2020",
        "We may update this policy from time to time.",
    ],
)
def test_dates_of_something_else(text: str) -> None:
    """Dates that are not announced as the text's own are no date of it."""
    assert announced_date(text, day_first=False) is None


def test_day_or_month_first() -> None:
    """Where people write the day first is for the caller to know."""
    text = "Last updated: 03/04/2021"
    assert announced_date(text, day_first=True) == (date(2021, 4, 3), text)
    assert announced_date(text, day_first=False) == (date(2021, 3, 4), text)


def test_the_top_goes_before_the_bottom_and_this_before_the_middle() -> None:
    """A date in the middle counts only where neither end announces one."""
    filler = "We keep call records for as long as we need them. " * 60
    middle = f"{filler}\nThis notice was last updated on 1 May 2019.\n{filler}"
    bottom = f"{middle}\nLast updated 1 May 2018"
    top = f"Last updated 1 May 2017\n{bottom}"
    days = [announced_date(text, day_first=True) for text in (middle, bottom, top)]
    assert [found and found[0].year for found in days] == [2019, 2018, 2017]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("03/04/2021", [date(2021, 3, 4), date(2021, 4, 3)]),
        ("4.4.2021", [date(2021, 4, 4)]),
        ("2021-04-03", [date(2021, 4, 3)]),
        ("the 3rd of Sept., 2021", [date(2021, 9, 3)]),
        ("May 2018", [date(2018, 5, 1)]),
        ("31/02/2021", []),
        ("31 June 2021", []),
    ],
)
def test_days_that_a_date_can_mean(text: str, days: list[date]) -> None:
    """Numbers alone can mean two days, and what the calendar has not means none."""
    assert days_meant(text) == days


def test_months_are_known_by_their_names() -> None:
    """Long and short names count; other words do not."""
    assert [month_in(name) for name in ("january", "the 5th of Sept.", "DEC")] == [1, 9, 12]
    assert month_in("summer 2020") is None
