"""The App Home of the running bot: what is indexed, and settings for those who may change them."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from qabot.state.stored import SlackSettings
from qabot.state.workspaces import Workspaces
from tests.slack.checks import nodes
from tests.slack.deliveries import deliver, event, home_action, home_opened, mention, message, stamp
from tests.slack.doors import Door
from tests.slack.double import Double, Reply, refused
from tests.slack.local_slack import ALICE, BOB, GENERAL, SUPPORT, TEAM, Json
from tests.slack.ours import Ours, over_http
from tests.slack.programs import eventually
from tests.slack.talking import buttons, quotes, shown, talking

REFUND = "When is the whole price refunded?"
WHOLE = "We refund the whole price within 14 days of the order."


@pytest.fixture
def slack(moody: Double) -> Double:
    """Return a Slack in which Alice runs the workspace, and Bob does not."""

    def user(arguments: Json) -> Reply:
        return Reply({"user": {"id": arguments["user"], "is_admin": arguments["user"] == ALICE}})

    moody.always("users.info", user)
    return moody


def test_home_is_published(tmp_path: Path) -> None:
    """Opened in a Slack nobody here wrote, it says what is indexed and how to ask."""
    with talking(tmp_path) as talk:
        talk.slack.open_home(BOB)
        view = eventually(lambda: talk.slack.home(BOB))

    assert "Harbour Broadband\n\n• Refunds Policy, in force since 1 March 2024" in shown(view)
    assert "Pinecrest Mobile\n\n• Privacy Policy, in force since 5 May 2023" in shown(view)
    assert "Mention me in a channel" in shown(view)
    assert "home_settings" not in str(view)  # nobody runs the workspace there


def test_settings_are_for_those_who_run_the_workspace(
    tmp_path: Path, entrance: Door, slack: Double
) -> None:
    """Who runs the workspace sees the settings and can open them; others see no sign of them."""
    with over_http(tmp_path, entrance, slack.api):
        for user in (ALICE, BOB):
            deliver(entrance.events, event(home_opened("home", user)))
        views = {one["user_id"]: one["view"] for one in slack.wait_for("views.publish", 2)}
        for action in ("home_settings", "home_channel"):
            button = {"type": "button", "action_id": action, "block_id": "row"}
            deliver(entrance.events, home_action(views[ALICE], button, state={}))
        modals = [one["view"] for one in slack.wait_for("views.open", 2)]

    found = [node["action_id"] for node in nodes(views[ALICE]) if "action_id" in node]
    assert found == ["home_settings", "home_channel"]
    assert "Settings" not in shown(views[BOB])
    assert "home_" not in str(views[BOB])
    assert [modal["callback_id"] for modal in modals] == ["home_settings", "home_channel"]


def test_who_runs_the_workspace_cannot_be_told(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """Where Slack does not say who somebody is, the home shows no settings, but the rest."""
    moody.always("users.info", lambda _: refused("user_not_found"))
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, event(home_opened("home")))
        (home,) = moody.wait_for("views.publish")

    assert "What is indexed" in shown(home["view"])
    assert "Settings" not in shown(home["view"])


def test_settings_take_effect_on_the_next_question(
    tmp_path: Path, entrance: Door, slack: Double
) -> None:
    """The company of the workspace and that of a channel are asked where a question names none."""

    def asked(text: str, channel: str) -> Json:
        before = len(slack.accepted("chat.postMessage"))
        deliver(entrance.events, event(mention(text, channel)))
        return slack.wait_for("chat.postMessage", before + 1)[before]

    with over_http(tmp_path, entrance, slack.api):
        submit(entrance, "home_settings", settings(company="Pinecrest Mobile"))
        submit(entrance, "home_channel", channel(SUPPORT, "Harbour Broadband"))
        elsewhere, there = asked(REFUND, GENERAL), asked(REFUND, SUPPORT)
        named = asked("When does Harbour Broadband refund the whole price?", GENERAL)
        submit(entrance, "home_settings", settings())
        submit(entrance, "home_channel", channel(SUPPORT, "*"))
        free = asked(REFUND, SUPPORT)
        homes = [one["view"] for one in slack.wait_for("views.publish", 4)]

    assert WHOLE not in quotes(elsewhere)
    assert "of Pinecrest Mobile in force" in elsewhere["text"]
    assert quotes(there) == quotes(named) == [WHOLE]
    assert not any(action.startswith("company:") for action in buttons(there))
    assert any(action.startswith("company:") for action in buttons(free))
    assert "Pinecrest Mobile" in shown(homes[0]).partition("In channels:")[0]
    assert "every company" in shown(homes[2]).partition("In channels:")[0]


def test_humans_and_unasked_channels_are_chosen(
    tmp_path: Path, entrance: Door, slack: Double
) -> None:
    """A user group and channels to answer in unasked are kept, and heard at once."""
    group = {"type": "usergroup", "usergroup_id": "S0LEADS"}
    with over_http(tmp_path, entrance, slack.api) as ours:
        submit(entrance, "home_settings", settings(humans=[group], unasked=[SUPPORT]))
        for place in (GENERAL, SUPPORT):
            heard = message(REFUND, place, channel_type="channel")
            deliver(entrance.events, event(heard))

    (reply,) = slack.accepted("chat.postMessage")
    assert reply["channel"] == SUPPORT
    assert chosen(ours).humans == "S0LEADS"


def test_what_is_no_user_group_is_refused(tmp_path: Path, entrance: Door, slack: Double) -> None:
    """The modal says what is wrong at the field, and nothing is kept."""
    text = {"type": "text", "text": "the leads"}
    with over_http(tmp_path, entrance, slack.api) as ours:
        response = submit(entrance, "home_settings", settings(humans=[text], unasked=[SUPPORT]))
        kept = chosen(ours)

    assert response.json() == {
        "response_action": "errors",
        "errors": {"humans": "Mention one user group, such as @support-leads."},
    }
    assert kept == SlackSettings()


@pytest.mark.parametrize(
    ("callback", "values"),
    [
        ("home_settings", lambda: settings(company="Pinecrest Mobile", unasked=[SUPPORT])),
        ("home_channel", lambda: channel(SUPPORT, "Pinecrest Mobile")),
    ],
)
def test_others_cannot_change_the_settings(
    tmp_path: Path, entrance: Door, slack: Double, callback: str, values: Callable[[], Json]
) -> None:
    """What somebody submits who does not run the workspace changes nothing."""
    with over_http(tmp_path, entrance, slack.api) as ours:
        assert submit(entrance, callback, values(), BOB).status_code == 200
        kept = chosen(ours)

    assert kept == SlackSettings()


def settings(
    company: str = "*", humans: list[Json] | None = None, unasked: list[str] | None = None
) -> Json:
    """Return what the settings' modal submits."""
    section = {"type": "rich_text_section", "elements": humans or []}
    written = {"type": "rich_text", "elements": [section]} if humans else None
    return {
        "company": {"company": {"selected_option": {"value": company}}},
        "humans": {"humans": {"type": "rich_text_input", "rich_text_value": written}},
        "unasked": {"unasked": {"selected_conversations": unasked or []}},
    }


def channel(channel: str, company: str) -> Json:
    """Return what the modal of a channel's company submits."""
    return {
        "channel": {"channel": {"selected_conversation": channel}},
        "company": {"company": {"selected_option": {"value": company}}},
    }


def submit(entrance: Door, callback: str, values: Json, user: str = ALICE) -> httpx2.Response:
    """Submit a modal as Slack does."""
    return deliver(
        entrance.events,
        {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "harbour"},
            "user": {"id": user, "name": user.lower(), "team_id": TEAM},
            "api_app_id": "A01APP",
            "trigger_id": stamp(),
            "view": {
                "id": "V01MODAL",
                "team_id": TEAM,
                "type": "modal",
                "callback_id": callback,
                "private_metadata": "",
                "state": {"values": values},
            },
        },
    )


def chosen(ours: Ours) -> SlackSettings:
    """Return what the workspace has chosen."""
    return Workspaces(ours.store.engine).settings(TEAM)
