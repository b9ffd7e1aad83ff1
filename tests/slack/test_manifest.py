import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

import qabot.slack
from qabot.slack.install.scopes import OPTIONAL_SCOPES, SCOPES
from tests.slack.manifest import Json, manifest_faults, refused_by_types

FILE = Path(__file__).resolve().parents[2] / "deploy" / "slack-manifest.yaml"

METHODS: dict[str, set[str]] = {
    # Each method's page names its scope: https://docs.slack.dev/reference/methods/chat.postMessage
    "apps.connections.open": set(),  # connections:write, of the app token
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "conversations.history": {"im:history"},  # of direct messages
    "conversations.replies": {"im:history", "channels:history", "groups:history"},
    "oauth.v2.access": set(),
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
}
EVENTS: dict[str, str | None] = {
    # Likewise: https://docs.slack.dev/reference/events/app_mention
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}
OF_MANY = {"app_uninstalled", "tokens_revoked"}
"""Events that the bot listens to where many workspaces install it; they need no scope."""

_OAUTH = {"oauth.v2.access"}
"""Called by slack_sdk for us: to install, and to refresh a token."""


@pytest.fixture(scope="module")
def manifest() -> Json:
    """Return the manifest."""
    read: Json = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def trees() -> Iterator[ast.AST]:
    """Yield every node of the bot's source."""
    for file in sorted(Path(qabot.slack.__path__[0]).rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text("utf-8")))


def methods_called() -> set[str]:
    """Return the methods of the Web API that the source names, as `client.chat_postMessage`."""
    found = set()
    for node in trees():
        if not isinstance(node, ast.Attribute):
            continue
        function = getattr(AsyncWebClient, node.attr, None)
        if node.attr == "api_call":
            raise AssertionError(f"line {node.lineno}: say which method by its function")
        if inspect.isfunction(function) and not node.attr.startswith("_"):
            found |= set(re.findall(r'self\.api_call\(\s*"([\w.]+)"', inspect.getsource(function)))
    return found


def registered(kind: str) -> set[str]:
    """Return what is listened to, as `@app.event("app_mention")`; patterns are left out."""
    return {
        str(argument.value)
        for node in trees()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == kind and ast.unparse(node.func.value) == "app"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }


def test_scopes_are_those_of_the_code(manifest: Json) -> None:
    """The manifest asks for what an install asks for, and says what may be left out."""
    scopes = manifest["oauth_config"]["scopes"]

    assert scopes.keys() == {"bot", "bot_optional"}
    assert sorted(scopes["bot"]) == sorted([*SCOPES, *OPTIONAL_SCOPES])
    # all that are optional are among the others too: https://docs.slack.dev/reference/app-manifest
    assert scopes["bot_optional"] == list(OPTIONAL_SCOPES)


def test_scopes_are_what_methods_and_events_need(manifest: Json) -> None:
    """Every scope is needed by a method that is called, an event or a command, and none lacks."""
    assert methods_called() | _OAUTH == METHODS.keys()

    of_methods = {scope for scopes in METHODS.values() for scope in scopes}
    of_events = {scope for scope in EVENTS.values() if scope}
    features = manifest["features"]
    of_features = {"commands"} if features["slash_commands"] or features["shortcuts"] else set()
    assert SCOPES.keys() | OPTIONAL_SCOPES.keys() == of_methods | of_events | of_features


def test_reasons_for_scopes_are_true() -> None:
    """What is said to need a scope is all that needs it."""
    said = {scope: set(why.split(", ")) for scope, why in (SCOPES | OPTIONAL_SCOPES).items()}
    needs = METHODS | {event: {scope} for event, scope in EVENTS.items() if scope}

    assert said.pop("commands") == {"/policy", "Find the policy"}
    assert said == {scope: {one for one in needs if scope in needs[one]} for scope in said}


def test_events_are_those_listened_to(manifest: Json) -> None:
    """Each event has a listener, and each listener its event; those of many installs in words."""
    events = manifest["settings"]["event_subscriptions"]["bot_events"]

    assert events == sorted(EVENTS)
    assert {event.partition(".")[0] for event in events} | OF_MANY == registered("event")
    for event in OF_MANY:
        assert re.search(rf"^#.*\b{event}\b", FILE.read_text("utf-8"), re.MULTILINE)


def test_commands_and_shortcuts_are_those_listened_to(manifest: Json) -> None:
    """Each command and shortcut has a listener, and each listener one of them."""
    features = manifest["features"]

    assert {one["command"] for one in features["slash_commands"]} == registered("command")
    assert {one["callback_id"] for one in features["shortcuts"]} == registered("shortcut")
    assert {one["type"] for one in features["shortcuts"]} == {"message"}


def in_comments() -> Iterator[tuple[list[str], Any]]:
    """Yield what the comments say to change: where, and to what."""
    for place, value in re.findall(
        r"^# {3}([a-z_.\[\]0-9]+): (\S.*)$", FILE.read_text("utf-8"), re.MULTILINE
    ):
        if not value.startswith("app_uninstalled"):
            yield re.findall(r"\w+", place), yaml.safe_load(value.partition(",")[0])


def changed(manifest: Json) -> Json:
    """Return the manifest for many workspaces over HTTP, as the comments say."""
    many: Json = yaml.safe_load(yaml.safe_dump(manifest))
    for place, value in in_comments():
        part: Any = many
        for key in place[:-1]:
            part = part[int(key)] if key.isdecimal() else part[key]
        part[place[-1]] = value
    many["settings"]["event_subscriptions"]["bot_events"] += sorted(OF_MANY)
    return many


def test_over_http_everything_comes_to_one_address(manifest: Json) -> None:
    """Changed as the comments say, every delivery goes to the address that the service has."""
    many = changed(manifest)

    addresses = set(re.findall(r"https://qabot\.example\.com\S*?(?='|$)", str(many)))
    assert addresses == {
        "https://qabot.example.com/slack/events",
        "https://qabot.example.com/slack/oauth_redirect",
    }
    assert str(many).count("/slack/events") == 3
    assert many["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize("many", [False, True])
def test_slack_takes_it(manifest: Json, many: bool, tmp_path: Path) -> None:
    """As it is and as the comments change it, it has Slack's types and lengths."""
    whole = changed(manifest) if many else manifest

    assert manifest_faults(whole) == []
    assert refused_by_types(whole, tmp_path) == []
