"""Workspaces that the bot is installed in; their tokens are encrypted before they are stored."""

import json
import logging
from asyncio import to_thread
from collections.abc import Sequence
from datetime import UTC, datetime
from logging import Logger
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from qabot.errors import BadInput, StoreUnavailable
from qabot.state.installations import Installations, OAuthStates, Owner

_logger = logging.getLogger(__name__)
_OF_THE_BOT = (
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
)


class Encryption:
    """Encrypts with the first of some keys, and reads what any of them encrypted."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise BadInput(
                "QABOT_SLACK_KEYS encrypts the tokens of workspaces and holds "
                f"{'something else than keys' if keys else 'no key'}; make one with: "
                "python -c 'from cryptography.fernet import Fernet as F; "
                "print(F.generate_key().decode())'"
            ) from error

    def encrypted(self, installed: Installation | Bot) -> bytes:
        """Return all that is known of an installation, as it may be stored."""
        known = installed.to_dict_for_copying()
        return self._keys.encrypt(json.dumps(known, default=datetime.isoformat).encode())

    def decrypted(self, encrypted: bytes) -> dict[str, Any]:
        """Return what makes the `Installation` or `Bot` again."""
        try:
            known: dict[str, Any] = json.loads(self._keys.decrypt(encrypted))
        except InvalidToken as error:
            raise _other_key() from error
        return known

    def anew(self, encrypted: bytes) -> bytes:
        """Return the same, encrypted with the first key."""
        try:
            return self._keys.rotate(encrypted)
        except InvalidToken as error:
            raise _other_key() from error


class EncryptedInstallations(AsyncInstallationStore):
    """What slack_sdk's own stores do, with nothing readable in the database but ids.

    Of a bot, and of a user's installation, the newest is kept.
    """

    def __init__(self, installations: Installations, encryption: Encryption) -> None:
        self._installations = installations
        self._encryption = encryption

    @property
    def logger(self) -> Logger:
        """Return where slack_sdk logs."""
        return _logger

    def encrypt_anew(self) -> None:
        """Encrypt everything with the first key, so that the others may go.

        With a key missing nothing is changed, and StoreUnavailable says so. Where several replicas
        run, let all know a new key before one of them has it as its first.
        """
        self._installations.encrypt_anew(self._encryption.anew)

    async def async_save(self, installation: Installation) -> None:
        """Keep a user's installation, and the bot where it brought one."""
        rows = [self._row(installation, installation.user_id)]
        if installation.bot_token is not None:
            rows.append(self._row(installation.to_bot(), ""))
        await to_thread(self._installations.save, rows)

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep the bot."""
        await to_thread(self._installations.save, [self._row(bot, "")])

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return the bot of a team, or of a whole enterprise."""
        owner = _owner(enterprise_id, None if is_enterprise_install else team_id)
        found = await to_thread(self._installations.find, owner)
        return None if found is None else Bot(**self._encryption.decrypted(found))

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return a user's installation, else the newest of any user, with the bot as it is now."""
        team = None if is_enterprise_install else team_id
        owner = _owner(enterprise_id, team, user_id)
        find = self._installations.find if user_id else self._installations.newest_of_users
        found = await to_thread(find, owner)
        if found is None:
            return None
        installation = Installation(**self._encryption.decrypted(found))
        if user_id or installation.bot_token is None:
            bot = await self.async_find_bot(enterprise_id=enterprise_id, team_id=team)
            for name in _OF_THE_BOT if bot else ():
                setattr(installation, name, getattr(bot, name))
        return installation

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the bot of a team, or of a whole enterprise."""
        await to_thread(self._installations.delete, _owner(enterprise_id, team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget a user's installation, else those of all users."""
        delete = self._installations.delete if user_id else self._installations.delete_of_users
        await to_thread(delete, _owner(enterprise_id, team_id, user_id))

    def _row(self, installed: Installation | Bot, user: str) -> tuple[Owner, datetime, bytes]:
        owner = _owner(installed.enterprise_id, installed.team_id, user)
        moment = datetime.fromtimestamp(installed.installed_at, UTC)
        return owner, moment, self._encryption.encrypted(installed)


class StoredStates(AsyncOAuthStateStore):
    """States of installations under way, in the database, so that any replica completes them."""

    def __init__(self, states: OAuthStates) -> None:
        self._states = states

    @property
    def logger(self) -> Logger:
        """Return where slack_sdk logs."""
        return _logger

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """Return what whoever completes the installation has to show."""
        return await to_thread(self._states.issue)

    async def async_consume(self, state: str) -> bool:
        """Return whether a state is shown for the first time, and in time."""
        return await to_thread(self._states.consume, state)


def _owner(enterprise: str | None, team: str | None, user: str | None = None) -> Owner:
    return Owner(enterprise or "", team or "", user or "")


def _other_key() -> StoreUnavailable:
    return StoreUnavailable(
        "The tokens of workspaces in the state store cannot be read with the keys in "
        "QABOT_SLACK_KEYS; add the one that encrypted them, or empty the table "
        "qabot_slack_installations and have each workspace install the bot again."
    )
