"""Tables: which rows are the header, and what each row says."""

from typing import Literal

import pytest

from qabot.readers.table_rows import Cell, table_blocks, table_of


def grid_of(*rows: str, bold: int = 0) -> list[list[Cell]]:
    """Make a grid: cells divided by "|", "<" and "^" for what is merged with left or above."""
    signs: dict[str, Literal["left", "above"]] = {"<": "left", "^": "above"}
    grid: list[list[Cell]] = []
    for number, row in enumerate(rows):
        cells: list[Cell] = []
        for place, text in enumerate(part.strip() for part in row.split("|")):
            merged: Literal["", "left", "above"] = signs.get(text, "")
            if merged:
                text = cells[-1].text if merged == "left" else grid[-1][place].text
            cells.append(Cell(text, number < bold, merged))
        grid.append(cells)
    return grid


def rows_of(grid: list[list[Cell]], marked: int = 0) -> list[str]:
    """Return the lines that a table becomes."""
    table = table_of(grid, marked)
    return [block.text for block in table_blocks(table, table.header)]


SAID = ["Zone: Europe | Delivery, Standard: 5 EUR | Delivery, Express: 12 EUR"]


@pytest.mark.parametrize("bold", [0, 1, 2])
def test_a_header_of_two_rows_gives_each_cell_both_names(bold: int) -> None:
    """Also where neither bold nor the file itself says that there are two."""
    body = ("Europe | 5 EUR | 12 EUR", "World | 9 EUR | none")
    grid = grid_of("Zone | Delivery | <", "^ | Standard | Express", *body, bold=bold)
    assert rows_of(grid)[:1] == SAID


def test_names_under_a_stretched_cell_may_stand_beside_an_empty_corner() -> None:
    """The first column is named in the second row alone."""
    grid = grid_of(" | Delivery | <", "Zone | Standard | Express", "Europe | 5 EUR | 12 EUR")
    assert rows_of(grid) == SAID


def test_rows_that_the_file_marks_are_the_header() -> None:
    """Word and HTML can say so."""
    grid = grid_of("Zone | Delivery | Delivery", " | Standard | Express", "Europe | 5 EUR | 12 EUR")
    assert rows_of(grid, marked=2) == SAID


def test_a_first_row_that_stretches_over_all_columns_is_a_caption() -> None:
    """The header stands below it."""
    grid = grid_of(
        "Prices of 2024 | < | <", "Zone | Standard | Express", "Europe | 5 | 12", "X|9|8"
    )
    assert rows_of(grid)[:2] == ["Prices of 2024", "Zone: Europe | Standard: 5 | Express: 12"]


def test_a_row_of_one_cell_inside_the_table_names_those_below_it() -> None:
    """A remark, or what stands last, is a row by itself."""
    grid = grid_of(
        "Item | Fee | Tax", "Abroad | < | <", "Europe | 5 | 1", "Without warranty. | < | <",
        "World | 9 | 2", "End | < | <", bold=1,
    )  # fmt: skip
    assert rows_of(grid) == [
        "Abroad | Item: Europe | Fee: 5 | Tax: 1",
        "Without warranty.",
        "Abroad | Item: World | Fee: 9 | Tax: 2",
        "End",
    ]


def test_an_empty_corner_leaves_the_first_column_without_a_name() -> None:
    """The first cell of each row is its key."""
    grid = grid_of(" | Standard | Express", "Europe | 5 EUR | 12 EUR", "World | 9 EUR | 20 EUR")
    assert rows_of(grid)[0] == "Europe | Standard: 5 EUR | Express: 12 EUR"


def test_a_bold_first_column_names_what_stands_beside_it() -> None:
    """A table of properties has no header, but each row its key."""
    grid = [
        [Cell("Owner", bold=True), Cell("HR")],
        [Cell("Effective date:", bold=True), Cell("1 May")],
    ]
    assert rows_of(grid) == ["Owner: HR", "Effective date: 1 May"]


@pytest.mark.parametrize(
    "rows",
    [
        ("Europe | 5 EUR | 12 EUR", "World | 9 EUR | 20 EUR", "Mars | 1 EUR | 2 EUR"),
        ("calls | billing | a year", "^ | fraud | two years", "letters | proof | ten years"),
        ("Start | At once. | <", "Party | Sender | Receiver", "Contact | Ann | Bob"),
    ],
    ids=["numbers", "a key over two rows", "a stretched value"],
)
def test_a_first_row_of_data_is_no_header(rows: tuple[str, ...]) -> None:
    """Nothing is called by another row's value."""
    assert not any(":" in row for row in rows_of(grid_of(*rows)))


def test_a_long_cell_over_many_rows_is_said_once() -> None:
    """A table does not grow with the square of its length."""
    grid = grid_of("Data | Use", f"{'calls ' * 40} | a", "^ | b", bold=1)
    assert rows_of(grid)[1] == "Use: b"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Spain | 5 | <", "Country: Spain | Post, Courier: 5"),
        ("Spain | < | 9", "Country, Post: Spain | Courier: 9"),
        ("Spain | 5 | 9", "Country: Spain | Post: 5 | Courier: 9"),
    ],
)
def test_a_cell_over_two_columns_says_the_names_of_both(row: str, said: str) -> None:
    """What it says holds for either."""
    grid = grid_of("Country | Post | Courier", row, "Brazil | 7 | 8", bold=1)
    assert rows_of(grid)[0] == said


def test_a_cell_over_two_columns_of_one_name_says_it_once() -> None:
    """As where the header stretches over them, too."""
    grid = grid_of("Country | Fee | <", "Spain | 5 | <", "Brazil | 7 | 8", bold=1)
    assert rows_of(grid)[0] == "Country: Spain | Fee: 5"
