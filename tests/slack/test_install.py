"""Many workspaces install the bot; each has its own token, encrypted, fresh, and gone in time."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from threading import Event
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot, Installation

from qabot.errors import BadInput, QABotError, StoreUnavailable
from qabot.service.ask import Questions
from qabot.settings import Settings
from qabot.slack.app import create_slack
from qabot.slack.install.bot_tokens import ManyWorkspaces
from qabot.slack.install.scopes import OPTIONAL_SCOPES, SCOPES
from qabot.state.store import Store
from tests.slack.deliveries import deliver, event, home_opened, mention, revoked
from tests.slack.doors import Door
from tests.slack.double import Double, Reply, broken, refused
from tests.slack.emulate import CLIENT_ID, CLIENT_SECRET, TEAM, Emulate
from tests.slack.local_slack import BOT_TOKEN, Json
from tests.slack.loops import Background
from tests.slack.ours import Ours, over_http, settings_for
from tests.slack.programs import eventually
from tests.support.serving import live_bot

KEY = Fernet.generate_key().decode()
KEPT = "When is the whole price refunded?"
QUOTED = "We refund the whole price within 14 days of the order."
OTHER = "T0OTHER"
CHANNEL = "C000000001"
"""Of the emulated workspace."""


@contextmanager
def many(folder: Path, door: Door, api: str) -> Iterator[Ours]:
    """Serve a bot that any workspace can install."""
    with over_http(
        folder,
        door,
        api,
        slack_bot_token="",
        slack_client_id=CLIENT_ID,
        slack_client_secret=CLIENT_SECRET,
        slack_keys=KEY,
        public_url=door.address,
    ) as ours:
        yield ours


def tokens(ours: Ours) -> ManyWorkspaces:
    """Return what knows the tokens."""
    assert isinstance(ours.bot.tokens, ManyWorkspaces)
    return ours.bot.tokens


def token_of(ours: Ours, loop: Background, team: str = TEAM) -> str | None:
    """Return the token that is stored for a team."""
    find = tokens(ours).installations.async_find_bot
    bot: Bot | None = loop.run(find(enterprise_id=None, team_id=team))
    return bot.bot_token if bot else None


def put(ours: Ours, loop: Background, team: str, **more: object) -> None:
    """Install the bot in a team, as if it had been; for Slacks that have no install."""
    known: dict[str, Any] = {
        "user_id": "U1",
        "bot_user_id": "U0BOT",
        "bot_id": "B0BOT",
        "team_id": team,
    }
    installation = Installation(**(known | {"bot_token": f"xoxb-{team}"} | more))
    loop.run(tokens(ours).installations.async_save(installation))


def ask(door: Door, team: str, question: str = KEPT) -> None:
    """Deliver a mention in a workspace."""
    asked = event(mention(question, team=team), team)
    assert deliver(door.events, asked).status_code == 200


def asked_there(slack: Emulate, door: Door, token: str) -> list[Json]:
    """Ask in the emulated workspace; gives the replies in the question's thread, once they come."""
    post = {"channel": CHANNEL, "text": KEPT}
    place = {"channel": CHANNEL, "ts": slack.call(token, "chat.postMessage", **post)["ts"]}
    deliver(door.events, event(mention(KEPT, **place, team=TEAM), TEAM))

    def replies() -> list[Json]:
        thread: list[Json] = slack.call(token, "conversations.replies", **place)["messages"]
        return thread[1:]

    return eventually(replies)


def test_installed_it_answers_with_its_own_token(
    tmp_path: Path, entrance: Door, installer: Emulate, loop: Background
) -> None:
    """After the install the bot answers in that workspace, by the scopes that it asked for."""
    with many(tmp_path, entrance, installer.api) as ours:
        page = installer.install(f"{entrance.address}/slack/install")
        assert (page.status_code, "Thank you" in page.text) == (200, True)
        token = token_of(ours, loop)
        assert token is not None

        (reply,) = asked_there(installer, entrance, token)

    assert QUOTED in reply["text"]


def test_install_asks_for_the_scopes(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """The link of the install page asks for every scope, and for nothing of the user."""
    with many(tmp_path, entrance, moody.api):
        page = httpx2.get(f"{entrance.address}/slack/install")

        back = f"{entrance.address}/slack/oauth_redirect"
    (found,) = re.findall(r'<a href="(http[^"]+)"', page.text)
    link = urlsplit(unescape(found))
    asked = parse_qs(link.query, keep_blank_values=True)
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{moody.address}/oauth/v2/authorize"
    assert asked["scope"] == [",".join([*SCOPES, *OPTIONAL_SCOPES])]
    assert asked["user_scope"] == [""]
    assert asked["redirect_uri"] == [back]


def test_no_token_is_readable_in_the_store(
    tmp_path: Path, entrance: Door, installer: Emulate, loop: Background
) -> None:
    """The token of an installed workspace is nowhere in the files of the state store."""
    with many(tmp_path, entrance, installer.api) as ours:
        installer.install(f"{entrance.address}/slack/install")
        token = token_of(ours, loop)
        files = [file for file in tmp_path.iterdir() if file.name.startswith("state.sqlite")]
        stored = b"".join(file.read_bytes() for file in files)

    assert token and TEAM.encode() in stored
    assert token.encode() not in stored
    assert b"xoxb" not in stored


def test_a_state_is_good_once(tmp_path: Path, entrance: Door, installer: Emulate) -> None:
    """Who comes back a second time with the same state is turned away, as is another browser."""
    with many(tmp_path, entrance, installer.api):
        location, cookies = installer.agree(f"{entrance.address}/slack/install")
        header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

        other_browser = httpx2.get(location)
        first, second = (httpx2.get(location, headers=header) for _ in range(2))

    assert [one.status_code for one in (other_browser, first, second)] == [400, 200, 401]


def test_refused_agreement_installs_nothing(
    tmp_path: Path, entrance: Door, installer: Emulate, loop: Background
) -> None:
    """Somebody who does not agree, or a made-up code, leaves no installation."""
    with many(tmp_path, entrance, installer.api) as ours:
        back = f"{entrance.address}/slack/oauth_redirect"
        denied = httpx2.get(f"{back}?error=access_denied&state=x")
        made_up = httpx2.get(f"{back}?code=made-up&state=made-up")

        assert (denied.status_code, made_up.status_code) == (200, 400)
        assert token_of(ours, loop) is None


@pytest.mark.parametrize("gone", [{"type": "app_uninstalled"}, revoked("U0BOT")])
def test_gone_is_gone(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background, gone: Json
) -> None:
    """Uninstalled or revoked: the token is forgotten, and nothing is posted there any more."""
    with many(tmp_path, entrance, moody.api) as ours:
        for team in (TEAM, OTHER):
            put(ours, loop, team)
        assert deliver(entrance.events, event(gone, TEAM)).status_code == 200
        assert (token_of(ours, loop), token_of(ours, loop, OTHER)) == (None, f"xoxb-{OTHER}")
        assert teams(ours.store) == {OTHER}

        ask(entrance, TEAM)
        ask(entrance, OTHER)
        moody.wait_for("chat.postMessage")

    assert {one.token for one in moody.calls} == {f"xoxb-{OTHER}"}


def teams(store: Store) -> set[str]:
    """Return the teams of which anything is stored: of the bot, or of who installed it."""
    with store.engine.connect() as connection:
        return set(
            connection.exec_driver_sql("SELECT team FROM qabot_slack_installations").scalars()
        )


def test_late_uninstall_keeps_the_new_install(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """An uninstall that Slack delivers late, after a new install, does not take that away."""
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM)
        late = event({"type": "app_uninstalled"}, TEAM) | {"event_time": int(time()) - 60}
        assert deliver(entrance.events, late).status_code == 200

        assert token_of(ours, loop) == f"xoxb-{TEAM}"


def test_users_token_revoked_keeps_the_bot(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """A user who takes back a token of theirs does not uninstall the bot."""
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM)
        taken_back = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
        assert deliver(entrance.events, event(taken_back, TEAM)).status_code == 200

        assert token_of(ours, loop) == f"xoxb-{TEAM}"


def test_question_under_way_at_the_uninstall_is_let_go(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """A question that is not answered when the bot is uninstalled is finished without a post."""
    go_on = Event()
    moody.next("chat.postMessage", replace(broken(500), after=go_on))
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM)
        ask(entrance, TEAM)
        eventually(lambda: [one for one in moody.calls if one.method == "chat.postMessage"])
        moody.always("chat.postMessage", lambda _: refused("account_inactive"))
        deliver(entrance.events, event({"type": "app_uninstalled"}, TEAM))
        go_on.set()
        eventually(lambda: unfinished(ours.store) == 0, "the end of the work")

    assert moody.accepted("chat.postMessage") == []


def unfinished(store: Store) -> int:
    """Return how many questions are not finished."""
    with store.engine.connect() as connection:
        count = "SELECT count(*) FROM qabot_slack_work WHERE state != 'done'"
        return int(connection.exec_driver_sql(count).scalar_one())


def test_installed_again_it_answers_again(
    tmp_path: Path, entrance: Door, installer: Emulate, loop: Background
) -> None:
    """After an uninstall and a new install the bot answers, with the new token."""
    with many(tmp_path, entrance, installer.api) as ours:
        installer.install(f"{entrance.address}/slack/install")
        first = token_of(ours, loop)
        deliver(entrance.events, event({"type": "app_uninstalled"}, TEAM))
        assert first and token_of(ours, loop) is None

        installer.install(f"{entrance.address}/slack/install")
        second = token_of(ours, loop)
        assert second and second != first
        (reply,) = asked_there(installer, entrance, second)

    assert QUOTED in reply["text"]


def fresh(arguments: Json) -> Reply:
    """Give a new token for a refresh token."""
    assert arguments["grant_type"] == "refresh_token"
    new = {"access_token": "xoxe.xoxb-new", "refresh_token": "xoxe-new", "expires_in": 43_200}
    return Reply({"token_type": "bot", **new})


def expiring(seconds: int) -> dict[str, Any]:
    """Return what an installation has whose token expires in so many seconds."""
    return {
        "bot_token": "xoxe.xoxb-old",
        "bot_refresh_token": "xoxe-old",
        "bot_token_expires_at": int(time()) + seconds,
    }


def posts(moody: Double) -> list[str]:
    """Return the token of each post that was accepted."""
    return [one.token for one in moody.calls if one.method == "chat.postMessage" and one.accepted]


@pytest.mark.parametrize("seconds", [-60, 3600])
def test_token_is_refreshed(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background, seconds: int
) -> None:
    """A token that has expired or soon will is replaced, once for all who wait, and stored."""
    moody.always("oauth.v2.access", fresh)
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM, **expiring(seconds))
        for question in (KEPT, "When is a router refunded?"):
            ask(entrance, TEAM, question)
        moody.wait_for("chat.postMessage", 2)
        assert token_of(ours, loop) == "xoxe.xoxb-new"

    (asked,) = moody.accepted("oauth.v2.access")
    assert asked["refresh_token"] == "xoxe-old"
    assert posts(moody) == ["xoxe.xoxb-new"] * 2


def test_work_taken_up_later_gets_a_fresh_token(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """Work in the background, which no event brings a token for, refreshes it as well."""
    moody.always("oauth.v2.access", fresh)
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM, **expiring(-60))

        client = loop.run(tokens(ours).client(TEAM, None))

        assert (client.token, client.base_url) == ("xoxe.xoxb-new", moody.api)
        assert loop.run(tokens(ours).client(TEAM, None)).token == "xoxe.xoxb-new"
    assert len(moody.accepted("oauth.v2.access")) == 1


def test_token_that_lasts_outlives_a_failed_refresh(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """While the old token is good, a refresh that fails delays no answer."""
    moody.always("oauth.v2.access", lambda _: refused("internal_error"))
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM, **expiring(3600))
        ask(entrance, TEAM)
        moody.wait_for("chat.postMessage")

    assert posts(moody) == ["xoxe.xoxb-old"]


def test_token_refreshed_by_another_replica_is_used(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """A refresh token that another replica used up is no failure: its new token is in the store."""
    with many(tmp_path, entrance, moody.api) as ours:

        def late(_: Json) -> Reply:
            put(ours, loop, TEAM, **expiring(43_200) | {"bot_token": "xoxe.xoxb-theirs"})
            return refused("invalid_refresh_token")

        moody.always("oauth.v2.access", late)
        put(ours, loop, TEAM, **expiring(-60))
        ask(entrance, TEAM)
        moody.wait_for("chat.postMessage")

    assert posts(moody) == ["xoxe.xoxb-theirs"]


def test_refresh_token_that_is_gone_ends_the_work(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """Where no fresh token is to be had any more, the question is finished without a post."""
    moody.always("oauth.v2.access", lambda _: refused("invalid_refresh_token"))
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM, **expiring(-60))
        ask(entrance, TEAM)
        eventually(lambda: unfinished(ours.store) == 0, "the end of the work")

    assert posts(moody) == []


def test_receipt_does_not_ask_slack(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """A question is taken on, and answered, also while Slack does not say who the bot is."""
    moody.always("auth.test", lambda _: refused("internal_error"))
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM)
        ask(entrance, TEAM)
        moody.wait_for("chat.postMessage")

    assert posts(moody) == [f"xoxb-{TEAM}"]


@pytest.mark.parametrize("is_slow", [False, True])
def test_one_workspace_waits_for_nobody_either(
    tmp_path: Path, entrance: Door, moody: Double, is_slow: bool
) -> None:
    """With one token too a question is taken on, and answered, whoever Slack says it is."""
    known = Event()
    moody.always(
        "auth.test", lambda _: Reply(after=known) if is_slow else refused("internal_error")
    )
    with over_http(tmp_path, entrance, moody.api):
        ask(entrance, TEAM)  # before Slack has said anything
        known.set()
        moody.wait_for("chat.postMessage")

    assert posts(moody) == [BOT_TOKEN]


def test_enterprise_and_shared_channels(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """In a workspace of an enterprise, and in a channel shared with others, it answers as itself.

    There the event names another workspace, and only its authorizations say whose bot is meant.
    """
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM, enterprise_id="E1")
        asked = event(mention(KEPT), OTHER)
        asked["authorizations"][0] |= {"team_id": TEAM, "enterprise_id": "E1"}
        deliver(entrance.events, asked)
        moody.wait_for("chat.postMessage")

    assert posts(moody) == [f"xoxb-{TEAM}"]


def test_buttons_and_home_use_the_teams_token(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """What a listener does at once is done with the token of the workspace that it is for."""
    moody.always("users.info", lambda _: Reply({"user": {"is_admin": True}}))
    with many(tmp_path, entrance, moody.api) as ours:
        for team in (TEAM, OTHER):
            put(ours, loop, team)
        deliver(entrance.events, event(home_opened("home"), OTHER))
        moody.wait_for("views.publish")

    assert {one.token for one in moody.calls} == {f"xoxb-{OTHER}"}


@pytest.mark.parametrize(
    ("keys", "error", "said"),
    [
        ("", BadInput, "QABOT_SLACK_KEYS encrypts .* and holds no key; make one with: "),
        ("hunter2", BadInput, "QABOT_SLACK_KEYS encrypts .* something else than keys; make one"),
        (Fernet.generate_key().decode(), StoreUnavailable, "cannot be read .* QABOT_SLACK_KEYS; "),
    ],
    ids=["none", "no key", "another key"],
)
def test_keys_are_checked_at_the_start(
    tmp_path: Path,
    entrance: Door,
    moody: Double,
    loop: Background,
    keys: str,
    error: type[QABotError],
    said: str,
) -> None:
    """No key, something else, and keys that do not open the tokens are said before it starts."""
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM)
        with pytest.raises(error, match=said) as raised:
            create_slack(ours.questions, ours.store, settings_of_many(moody, slack_keys=keys))

    assert "\n" not in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_tokens_are_encrypted_with_the_first_key_at_the_start(
    tmp_path: Path, entrance: Door, moody: Double, loop: Background
) -> None:
    """Started once with a new first key, the bot needs the old one no longer."""
    new = Fernet.generate_key().decode()
    with many(tmp_path, entrance, moody.api) as ours:
        put(ours, loop, TEAM)
        create_slack(
            ours.questions, ours.store, settings_of_many(moody, slack_keys=f"{new}, {KEY}")
        )

        bot = create_slack(ours.questions, ours.store, settings_of_many(moody, slack_keys=new))
        assert isinstance(bot.tokens, ManyWorkspaces)
        assert loop.run(bot.tokens.client(TEAM, None)).token == f"xoxb-{TEAM}"


def settings_of_many(moody: Double, **more: object) -> Settings:
    """Return the settings of a bot that many workspaces install."""
    app = {"slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET, "slack_keys": KEY}
    return settings_for(moody.api, **(app | more))


def test_client_id_without_secret_is_said(tmp_path: Path) -> None:
    """Half of what an app needs is said in a sentence."""
    settings = settings_for("http://127.0.0.1:9/api/", slack_client_id=CLIENT_ID)

    with (
        closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store,
        pytest.raises(BadInput, match=r"^QABOT_SLACK_CLIENT_ID is set without .*SECRET; .*\.$"),
    ):
        create_slack(Questions(live_bot(tmp_path), store, settings), store, settings)


def test_environment_of_others_is_not_read(
    tmp_path: Path, entrance: Door, moody: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What slack_bolt itself reads from the environment changes nothing: settings alone do."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "someone else's")
    with over_http(tmp_path, entrance, moody.api):
        assert httpx2.get(f"{entrance.address}/slack/install").status_code == 404
        ask(entrance, TEAM)
        moody.wait_for("chat.postMessage")

    assert "someone else's" not in {one.token for one in moody.calls}
