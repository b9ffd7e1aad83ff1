"""Which answers move and what changed, as files to be printed or sent; the latter as a page too."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from qabot.changes.compare import Changes
from qabot.changes.drift import Drift, cited
from qabot.changes.marked_words import pieces
from qabot.service.wording import changes_summary, moved_how, verdict_of, written


def drift_report(drift: Drift) -> str:
    """Return which answers move from one build to another, both citations side by side."""
    return _templates.get_template("drift.html").render(drift=drift)


def changes_report(found: Changes) -> str:
    """Return what changed between two versions of a policy, the words marked."""
    return _templates.get_template("changes_report.html").render(found=found)


_templates = Environment(
    loader=PackageLoader(__name__),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.filters.update(
    day=written, verdict=verdict_of, moved_how=moved_how, summary=changes_summary
)
_templates.globals.update(pieces=pieces, cited=cited)
