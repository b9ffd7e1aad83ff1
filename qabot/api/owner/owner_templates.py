"""What all pages of the owner are made with: templates, the frame around a page, common words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment

from qabot.api.pages.page_templates import environment
from qabot.changes.drift import cited
from qabot.changes.marked_words import pieces
from qabot.service.wording import happened, moved_how, nearest_of, verdict_of

_NAV = (
    ("", "Overview"),
    ("/policies", "Policies"),
    ("/upload", "New version"),
    ("/builds", "Builds"),
    ("/test-set", "Your questions"),
    ("/gaps", "Unanswered"),
    ("/feedback", "Feedback"),
    ("/questions", "Asked"),
    ("/keys", "Keys"),
)


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page of a session has."""

    root: str  #: path that the service stands behind, "" for none
    form_token: str  #: what its forms carry
    version_url: Callable[[str], str]  #: a version's address from its id
    done: str = ""  #: what was just done


def owner_style() -> bytes:
    """Return the style sheet of these pages, which stands beside that of the others."""
    return files(__package__).joinpath("owner.css").read_bytes()


def owner_script() -> bytes:
    """Return the script of these pages, without which everything works too."""
    return files(__package__).joinpath("owner.js").read_bytes()


def owner_page(
    shell: Shell, template: str, here: str, heading: str, lead: str = "", **values: object
) -> str:
    """Return a page of the section that begins at the path `here`, "" for the overview."""
    return (
        templates()
        .get_template(template)
        .render(
            root=shell.root,
            form_token=shell.form_token,
            version_url=shell.version_url,
            done=shell.done,
            nav=_NAV,
            here=here,
            heading=heading,
            lead=lead,
            **values,
        )
    )


def share(count: int, total: int) -> str:
    """Return a share in percent, a dash where there is nothing to have one of."""
    return f"{count / total:.0%}" if total else "–"


def nothing_asked(*, is_logged: bool) -> str:
    """Return why no question is there."""
    if is_logged:
        return "Nothing was asked yet."
    return "Questions are not kept: QABOT_LOG_QUESTIONS=on keeps them, without personal data."


@cache
def templates() -> Environment:
    """Return what renders the templates of these pages."""
    made = environment(__name__)
    made.filters.update(
        nearest=nearest_of, happened=happened, verdict=verdict_of, moved_how=moved_how
    )
    made.globals.update(pieces=pieces, cited=cited)
    return made
