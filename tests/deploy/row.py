"""A row of the table: what was checked, with what, and what it came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One check. It held, or `failure` says what did not, or `missing` why it was not run."""

    what: str
    how: str
    failure: str = ""
    missing: str = ""

    @property
    def outcome(self) -> str:
        """What the table says of it."""
        if self.missing:
            return f"not run: {self.missing}"
        return "FAILED" if self.failure else "holds"
