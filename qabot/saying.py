"""Days as people say them, the same in the terminal, on pages and in Slack."""

from datetime import date, timedelta

from qabot.records import Searched


def written(day: date) -> str:
    """Return a day as "10 June 2021"."""
    return f"{day.day} {day:%B %Y}"


def in_force(since: date | None, until: date | None, today: date) -> str:
    """Return in words when a version is in force; `until` is the first day it no longer is."""
    last = until and written(until - timedelta(days=1))
    verb = "was in force" if until and until <= today else "in force"
    if since is None:
        return f"{verb} until {last}" if last else "date of entry into force not stated"
    if last:
        return f"{verb} from {written(since)} to {last}"
    return f"{verb} {'since' if since <= today else 'from'} {written(since)}"


def days_of(scope: Searched) -> str:
    """Return the days that a question was about, "" where it was about none."""
    if scope.as_of:
        return f"on {written(scope.as_of)}"
    last = scope.until and written(scope.until - timedelta(days=1))
    if scope.since and last:
        return f"between {written(scope.since)} and {last}"
    if scope.since:
        return f"after {written(scope.since - timedelta(days=1))}"
    return f"until {last}" if last else ""
