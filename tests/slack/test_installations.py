import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from qabot.errors import BadInput, StoreUnavailable
from qabot.slack.install.encrypted_installations import (
    EncryptedInstallations,
    Encryption,
    StoredStates,
)
from qabot.state.installations import Installations, OAuthStates
from qabot.state.store import Store

KEY, OTHER_KEY = (Fernet.generate_key().decode() for _ in range(2))
run = asyncio.run


def _installations(store: Store, *keys: str, app: str = "123.456") -> EncryptedInstallations:
    return EncryptedInstallations(Installations(store.engine, app), Encryption(keys or [KEY]))


def _installation(number: int, **changed: object) -> Installation:
    """Return an installation with every field filled, and with other tokens for each number."""
    known: dict[str, Any] = {
        "app_id": "A1",
        "enterprise_id": "E1",
        "enterprise_name": "Harbour Group",
        "enterprise_url": "https://harbour.example",
        "team_id": "T1",
        "team_name": "Harbour Broadband",
        "bot_token": f"xoxb-bot-{number}",
        "bot_id": f"B{number}",
        "bot_user_id": f"UB{number}",
        "bot_scopes": ["app_mentions:read", f"chat:write{number}"],
        "bot_refresh_token": f"xoxe-bot-{number}",
        "bot_token_expires_at": 1_900_000_000 + number,
        "user_id": "U1",
        "user_token": f"xoxp-user-{number}",
        "user_scopes": ["search:read"],
        "user_refresh_token": f"xoxe-user-{number}",
        "user_token_expires_at": 1_900_000_000 + number,
        "incoming_webhook_url": f"https://hooks.slack.example/{number}",
        "incoming_webhook_channel": "#help",
        "incoming_webhook_channel_id": "C1",
        "incoming_webhook_configuration_url": "https://harbour.example/hooks",
        "is_enterprise_install": False,
        "token_type": "bot",
        "installed_at": 1_700_000_000.25 + number,
        "custom_values": {},
    }
    return Installation(**known | changed)


def _known(installed: Installation | Bot | None) -> dict[str, Any] | None:
    return None if installed is None else installed.to_dict_for_copying()


def test_installation_comes_back_whole(store: Store) -> None:
    """Every field of an installation and of its bot comes back as it was saved."""
    installations = _installations(store)
    saved = _installation(1, custom_values={"plan": {"seats": [1, None]}})

    run(installations.async_save(saved))

    bot = run(installations.async_find_bot(enterprise_id="E1", team_id="T1"))
    newest = run(installations.async_find_installation(enterprise_id="E1", team_id="T1"))
    of_user = run(
        installations.async_find_installation(enterprise_id="E1", team_id="T1", user_id="U1")
    )
    assert _known(bot) == _known(saved.to_bot())
    assert _known(newest) == _known(saved)
    assert _known(of_user) == _known(saved)


def test_installations_are_an_apps_own(store: Store) -> None:
    """What another app of the same database installed is not found, and not deleted."""
    ours, theirs = _installations(store), _installations(store, app="654.321")
    run(theirs.async_save(_installation(1)))

    assert run(ours.async_find_bot(enterprise_id="E1", team_id="T1")) is None
    run(ours.async_delete_all(enterprise_id="E1", team_id="T1"))
    assert run(theirs.async_find_bot(enterprise_id="E1", team_id="T1"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store that examples of one property share."""
    with closing(Store.open(f"sqlite:///{tmp_path_factory.mktemp('shared')}/state.sqlite")) as it:
        yield it


_TEAMS: list[dict[str, Any]] = [
    {"enterprise_id": "E1", "team_id": "T1"},
    {"enterprise_id": None, "team_id": "T1"},
    {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True},
]
_STEPS = st.tuples(
    st.sampled_from(
        ["save", "save", "save without bot", "rotate bot", "rotate", "delete bot"]
        + ["delete user", "delete users", "delete all"]
    ),
    st.sampled_from(_TEAMS),
    st.sampled_from(["U1", "U2"]),
)


def _rotated(installed: Installation | Bot, number: int) -> Installation | Bot:
    """Return the installation or bot with the tokens that replace its own."""
    installed.bot_token = f"xoxe.xoxb-{number}"
    installed.bot_refresh_token = f"xoxe-{number}"
    return installed


class Both:
    """Our store and the one of slack_sdk, to do the same to."""

    def __init__(self, ours: EncryptedInstallations, theirs: SQLAlchemyInstallationStore) -> None:
        self.ours, self.theirs = ours, theirs

    def call(self, method: str, *arguments: object, **named: object) -> Installation | Bot | None:
        """Call a method of both, and return what both return."""
        ours = run(getattr(self.ours, f"async_{method}")(*arguments, **named))
        theirs: Installation | Bot | None = getattr(self.theirs, method)(*arguments, **named)
        assert _known(ours) == _known(theirs)
        return theirs

    def step(self, name: str, number: int, team: dict[str, Any], user: str) -> None:
        """Save, rotate or delete something."""
        ids = {"enterprise_id": team["enterprise_id"], "team_id": team["team_id"]}
        if name == "save":
            self.call("save", _installation(number, **team, user_id=user))
        elif name == "save without bot":
            self.call("save", _installation(number, **team, user_id=user, bot_token=None))
        elif name == "rotate bot" and (bot := self.call("find_bot", **team)):
            self.call("save_bot", _rotated(bot, number))
        elif name == "rotate" and (found := self.call("find_installation", **team)):
            self.call("save", _rotated(found, number))
        elif name == "delete user":
            self.call("delete_installation", **ids, user_id=user)
        elif name in ("delete bot", "delete all"):
            self.call(name.replace(" ", "_"), **ids)
        elif name == "delete users":
            self.call("delete_installation", **ids)


@pytest.mark.slow
@settings(max_examples=10)
@given(steps=st.lists(_STEPS, max_size=8))
def test_agrees_with_the_store_of_slack(
    shared: Store, steps: list[tuple[str, dict[str, Any], str]]
) -> None:
    """Whatever is saved, rotated and deleted, the same is found as in slack_sdk's own store."""
    app = uuid4().hex
    memory = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    both = Both(
        _installations(shared, app=app), SQLAlchemyInstallationStore(client_id=app, engine=memory)
    )
    both.theirs.metadata.create_all(memory)

    for number, (name, team, user) in enumerate(steps):
        both.step(name, number, team, user)
        for where in _TEAMS:
            both.call("find_bot", **where)
            for user_id in (None, "U1", "U2", "U3"):
                both.call("find_installation", **where, user_id=user_id)
    memory.dispose()


def test_saved_at_once_the_newest_stays(store: Store) -> None:
    """Of installations saved at the same moment by many replicas, the newest is found."""

    async def save_all() -> None:
        saves = (_installations(store).async_save(_installation(n)) for n in range(20))
        await asyncio.gather(*saves)

    run(save_all())

    installations = _installations(store)
    for user_id in (None, "U1"):
        found = run(
            installations.async_find_installation(enterprise_id="E1", team_id="T1", user_id=user_id)
        )
        assert _known(found) == _known(_installation(19))


def test_no_token_is_in_the_files(tmp_path: Path) -> None:
    """Neither a token, nor what follows its prefix, nor a name is in the files of the store."""
    random = [uuid4().hex for _ in range(4)]
    secret = _installation(
        1,
        bot_token=f"xoxb-{random[0]}",
        bot_refresh_token=f"xoxe-{random[1]}",
        user_token=f"xoxp-{random[2]}",
        user_refresh_token=f"xoxe-{random[3]}",
    )
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        run(_installations(store).async_save(secret))
        while_open = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    stored = while_open + b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert b"T1" in stored
    for token in random:
        for start in range(0, len(token), 8):
            assert token[start : start + 8].encode() not in stored
    for plain in ("xoxb", "xoxp", "xoxe", "hooks.slack.example", "Harbour", "chat:write"):
        assert plain.encode() not in stored


def test_keys_are_rotated(store: Store) -> None:
    """A new first key encrypts; what the old one encrypted is read until it is encrypted anew."""
    where: dict[str, Any] = {"enterprise_id": "E1", "team_id": "T1"}
    run(_installations(store, KEY).async_save(_installation(1)))
    rotated = _installations(store, OTHER_KEY, KEY)
    assert _known(run(rotated.async_find_bot(**where))) == _known(_installation(1).to_bot())
    with pytest.raises(StoreUnavailable):
        run(_installations(store, OTHER_KEY).async_find_bot(**where))

    rotated.encrypt_anew()

    alone = _installations(store, OTHER_KEY)
    assert _known(run(alone.async_find_bot(**where))) == _known(_installation(1).to_bot())
    assert _known(run(alone.async_find_installation(**where))) == _known(_installation(1))
    with pytest.raises(StoreUnavailable):
        run(_installations(store, KEY).async_find_bot(**where))


def test_encrypting_anew_loses_no_save(store: Store) -> None:
    """What is saved while everything is encrypted anew stays."""
    installations, encryption = Installations(store.engine, "123.456"), Encryption([KEY])
    ours = EncryptedInstallations(installations, encryption)
    run(ours.async_save(_installation(1)))

    def while_saving(encrypted: bytes) -> bytes:
        run(ours.async_save(_installation(2)))
        return encryption.anew(encrypted)

    installations.encrypt_anew(while_saving)

    found = run(ours.async_find_installation(enterprise_id="E1", team_id="T1"))
    assert _known(found) == _known(_installation(2))


def test_another_key_is_said(store: Store) -> None:
    """Tokens that the keys do not open are told in a sentence, and are left as they are."""
    installations, other = _installations(store, KEY), _installations(store, OTHER_KEY)
    where: dict[str, Any] = {"enterprise_id": "E1", "team_id": "T1"}
    other.encrypt_anew()
    run(installations.async_save(_installation(1)))

    for call in (
        lambda: run(other.async_find_bot(**where)),
        lambda: run(other.async_find_installation(**where)),
        other.encrypt_anew,
    ):
        with pytest.raises(StoreUnavailable, match=r"^The tokens .* QABOT_SLACK_KEYS; .*\.$") as e:
            call()
        assert "xox" not in str(e.value)
    assert run(installations.async_find_bot(**where))


@pytest.mark.parametrize("keys", [[], [""], ["hunter2"], [KEY, KEY[:-1]], [KEY, "Schlüssel"]])
def test_what_is_no_key_is_refused(keys: list[str]) -> None:
    """No key at all, or something else, is refused with how to make one, and is not repeated."""
    with pytest.raises(BadInput, match=r"^QABOT_SLACK_KEYS .* no key|.*; make one with") as error:
        Encryption(keys)

    assert all(key not in str(error.value) for key in keys if key)


def test_state_counts_once_everywhere(store: Store) -> None:
    """A state issued by one replica is consumed by another, once."""
    issuing, consuming = (StoredStates(OAuthStates(store.engine)) for _ in range(2))

    async def complete() -> list[bool]:
        state = await issuing.async_issue()
        return await asyncio.gather(*(consuming.async_consume(state) for _ in range(8)))

    assert sorted(run(complete())) == [False] * 7 + [True]
