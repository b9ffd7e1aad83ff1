"""Who may see and ask: the page that lets the owner in, and the keys."""

from collections.abc import Collection, Sequence

from qabot.api.owner.owner_templates import Shell, owner_page, templates
from qabot.state.stored import Key

_ONCE = "It is shown this once: keep it where secrets are kept."


def enter_page(root: str, refused: str = "") -> str:
    """Return the page that asks for a key."""
    return templates().get_template("enter.html").render(root=root, refused=refused)


def link_page(root: str, token: str) -> str:
    """Return the page that a one-time link leads to: what follows links opens nothing."""
    return templates().get_template("link.html").render(root=root, token=token)


def keys_page(
    shell: Shell, keys: Sequence[Key], companies: Collection[str], token: str = ""
) -> str:
    """Return the keys, and a form for a new one; `token` is that of one just made."""
    kept = "It stands in the page that uses it." if token.startswith("pk_") else _ONCE
    return owner_page(
        shell,
        "keys.html",
        "/keys",
        "Keys",
        "Each website or program that asks has one of its own, so that it can be refused alone.",
        keys=keys,
        companies=sorted(companies),
        token=token,
        token_note=kept,
    )
