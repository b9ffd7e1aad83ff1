"""The check of manifests finds what Slack would refuse, and nothing in what it takes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.slack.manifest import UNKNOWN_SCOPES, Json, manifest_faults, refused_by_types
from tests.slack.programs import installed


def whole() -> Json:
    """Return a manifest with all that a bot such as ours needs."""
    return {
        "_metadata": {"major_version": 2},
        "display_information": {"name": "Policies", "description": "Quotes policies."},
        "features": {
            "agent_view": {
                "agent_description": "Quotes policies.",
                "suggested_prompts": [{"title": "Refunds", "message": "When do we refund?"}],
            },
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "policies", "always_online": True},
            "shortcuts": [
                {
                    "name": "Find the policy",
                    "type": "message",
                    "callback_id": "find_policy",
                    "description": "Find what the policies say to this.",
                }
            ],
            "slash_commands": [
                {"command": "/policy", "description": "Ask.", "usage_hint": "QUESTION"}
            ],
        },
        "oauth_config": {
            "scopes": {
                "bot": ["app_mentions:read", "assistant:write", "chat:write", "commands"],
                "bot_optional": ["channels:history"],
            }
        },
        "settings": {
            "event_subscriptions": {
                "bot_events": ["app_home_opened", "app_mention", "message.im", "tokens_revoked"]
            },
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def test_a_good_manifest(tmp_path: Path) -> None:
    """A manifest as Slack takes it has no faults."""
    assert manifest_faults(whole()) == []
    assert refused_by_types(whole(), tmp_path) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda one: one.update(colour="red"), "unknown key colour"),
        (
            lambda one: one["display_information"].update(name="n" * 36),
            "display_information.name: 36 characters",
        ),
        (
            lambda one: one["features"]["shortcuts"][0].update(name="n" * 25),
            "features.shortcuts.name: 25 characters",
        ),
        (
            lambda one: one["features"]["agent_view"].update(
                suggested_prompts=[{"title": "a", "message": "b"}] * 5
            ),
            "features.agent_view.suggested_prompts: 5 entries",
        ),
        (
            lambda one: one["features"]["slash_commands"][0].update(command="policy"),
            "policy does not begin with a slash",
        ),
        (lambda one: one["features"].update(assistant_view={}), "both views"),
    ],
)
def test_what_types_do_not_say(spoil: Callable[[Json], object], fault: str) -> None:
    """Lengths, counts and keys at the top are compared with those that Slack publishes."""
    manifest = whole()
    spoil(manifest)

    assert manifest_faults(manifest) == [fault]


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda one: one.pop("display_information"), "display_information"),
        (lambda one: one["features"].update(agents_view={}), "agents_view"),
        (lambda one: one["oauth_config"]["scopes"]["bot"].append("chat:writes"), "chat:writes"),
        (
            lambda one: one["settings"]["event_subscriptions"]["bot_events"].append("app_mentions"),
            "app_mentions",
        ),
        (lambda one: one["settings"].update(socket_mode_enabled="yes"), "boolean"),
    ],
)
def test_what_types_refuse(spoil: Callable[[Json], object], named: str, tmp_path: Path) -> None:
    """A key, scope or event that Slack does not have is found, and named, also deep inside."""
    manifest = whole()
    spoil(manifest)

    assert named in "\n".join(refused_by_types(manifest, tmp_path))


def test_exceptions_are_still_needed() -> None:
    """A scope that the types are not asked about is one that they indeed do not know."""
    types = installed("@slack", "web-api", "dist", "types", "request", "manifest.d.ts")

    assert [scope for scope in UNKNOWN_SCOPES if f"'{scope}'" in types.read_text("utf-8")] == []
