"""Dates: what counts as one day, and which days one can mean."""

from datetime import date

import pytest

from qabot.catalog.dates import days_meant, declared_date, is_day_first, month_in


@pytest.mark.parametrize(
    "value",
    ["2021-06-10", "June 10, 2021", "10 June 2021", "10th of June, 2021", "2021-06-10T08:30:00Z"]
    + ["Thursday, 10 June 2021", "the tenth day of June, 2021", "10.06.2021", "10. Juni 2021"]
    + ["10 juin 2021", "jeudi 10 juin 2021", "10 de junio de 2021", "10 juni 2021", "10-Jun-2021"]
    + ["10 giugno 2021", "10 de junho de 2021", "20210610", "10 Jun '21", "10-Jun-21"]
    + [
        "Donnerstag, den 10. Juni 2021",
        "2021 June 10",
        "10.6.21",
        "quinta-feira, 10 de junho de 2021",
    ],
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
    ("text", "days"),
    [
        ("03/04/2021", [date(2021, 3, 4), date(2021, 4, 3)]),
        ("4.4.2021", [date(2021, 4, 4)]),
        ("3.4.2021", [date(2021, 4, 3)]),
        ("3/4/21", [date(2021, 3, 4), date(2021, 4, 3)]),
        ("06/2021", [date(2021, 6, 1)]),
        ("1er août 2021", [date(2021, 8, 1)]),
        ("the twenty-first of May 2021", [date(2021, 5, 21)]),
        ("2021-04-03", [date(2021, 4, 3)]),
        ("the 3rd of Sept., 2021", [date(2021, 9, 3)]),
        ("May 2018", [date(2018, 5, 1)]),
        ("1.º de marzo de 2021", [date(2021, 3, 1)]),
        ("primo marzo 2021", [date(2021, 3, 1)]),
        ("31.12.99", [date(1999, 12, 31)]),
        ("2021-03", [date(2021, 3, 1)]),
        ("31/02/2021", []),
        ("20210231", []),
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


@pytest.mark.parametrize(
    ("text", "day_first"),
    [
        ("Since 25/03/2021, not 03/04/2021.", True),
        ("Since 03/25/2021, not 03/04/2021.", False),
        ("Since 03/04/2021.", None),
        ("From 25/03/2021 to 03/25/2022.", None),
        ("Call 12/25/2021/4.", None),
    ],
)
def test_the_order_that_other_dates_tell(text: str, day_first: bool | None) -> None:
    """A date that can be read in one way alone tells how its writer means the others."""
    assert is_day_first(text) is day_first
