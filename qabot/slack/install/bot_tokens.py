"""Whose token is used: that of the one workspace, or of each that installed the bot, kept fresh.

Bolt's own ways ask Slack who the bot is before a question is taken on, and lose it if that fails.
"""

from asyncio import Lock, timeout
from collections import defaultdict
from time import time

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from qabot.errors import BadInput
from qabot.slack.install.encrypted_installations import EncryptedInstallations
from qabot.slack.work.posting import NOT_NOW, Undeliverable, retry_handlers

_AHEAD = 120  # minutes before a token expires that it is replaced; it lasts for twelve hours
_SOON = 1.0  # seconds: Slack waits three for a delivery to be taken
_AT_START = 10.0  # seconds
_APART = 5  # seconds that Slack's clock and ours may be
_GONE = {"invalid_refresh_token", "token_revoked", "account_inactive"}

_log = structlog.get_logger("qabot.slack")


class SlackUnreachable(BadInput):
    """Slack does not answer; it may later."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"Slack cannot be reached ({type(error).__name__}); check the network.")


class OneWorkspace(AsyncAuthorize):
    """The workspace whose token is set."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._bot: AsyncSlackResponse | None = None

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: object
    ) -> AuthorizeResult:
        """Say whose token it is; who the bot is there, only if Slack says so soon."""
        if self._bot is None:
            try:
                async with timeout(_SOON):
                    self._bot = await self._client.auth_test()
            except NOT_NOW as error:
                _log.warning("bot not known yet", reason=type(error).__name__)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_token=self._client.token,
            bot_id=self._bot["bot_id"] if self._bot else None,
            bot_user_id=self._bot["user_id"] if self._bot else None,
        )

    async def client(self, team: str, enterprise: str | None) -> AsyncWebClient:
        """Return the client of this workspace, as every team is."""
        return self._client

    async def check(self) -> str:
        """Return the name of the workspace.

        Raises BadInput where Slack refuses the token, of it SlackUnreachable where it does not say.
        """
        try:
            async with timeout(_AT_START):
                self._bot = await self._client.auth_test()
        except SlackApiError as error:
            raise BadInput(
                f"Slack refuses the bot token ({error.response['error']}); set "
                "QABOT_SLACK_BOT_TOKEN to the one on the app's page (xoxb-...)."
            ) from error
        except NOT_NOW as error:
            raise SlackUnreachable(error) from error
        return str(self._bot["team"])


class ManyWorkspaces(AsyncAuthorize):
    """The workspaces that installed the bot."""

    def __init__(
        self,
        client: AsyncWebClient,
        installations: EncryptedInstallations,
        rotator: AsyncTokenRotator,
    ) -> None:
        self.installations = installations
        self._address = client.base_url
        self._rotator = rotator
        self._one_at_a_time: defaultdict[tuple[str | None, str | None], Lock] = defaultdict(Lock)

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: object
    ) -> AuthorizeResult | None:
        """Return the bot of a team, None where it is not installed."""
        try:
            bot = await self._bot(team_id, enterprise_id)
        except NOT_NOW as error:  # the question is taken on all the same, with what is known
            _log.warning("token not replaced", reason=type(error).__name__)
            bot = await self._known(team_id, enterprise_id)
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=bot.enterprise_id,
            team_id=bot.team_id,
            user_id=user_id,
            bot_token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_scopes=bot.bot_scopes,
        )

    async def client(self, team: str, enterprise: str | None) -> AsyncWebClient:
        """Return a client with a team's own token; raises Undeliverable where there is none."""
        try:
            bot = await self._bot(team, enterprise)
        except SlackTokenRotationError as error:
            if (code := error.api_error.response["error"]) in _GONE:
                raise Undeliverable(code) from error
            raise
        if bot is None:
            raise Undeliverable("not installed any more")
        return AsyncWebClient(
            token=bot.bot_token, base_url=self._address, retry_handlers=retry_handlers()
        )

    async def forget(self, team: str | None, enterprise: str | None, at: int) -> None:
        """Delete a team's tokens, which ended at this second, unless it has new ones since."""
        bot = await self._known(team, enterprise)
        if bot is None or bot.installed_at <= at + _APART:
            await self.installations.async_delete_all(enterprise_id=enterprise, team_id=team)

    async def _bot(self, team: str | None, enterprise: str | None) -> Bot | None:
        """Return the bot with a token that is good; raises what `NOT_NOW` lists otherwise."""
        bot = await self._known(team, enterprise)
        if bot is None or not _expires(bot, _AHEAD):
            return bot
        async with self._one_at_a_time[enterprise, team]:
            bot = await self._known(team, enterprise)
            return bot and await self._fresh(bot)

    async def _fresh(self, bot: Bot) -> Bot:
        try:
            fresh = await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=_AHEAD
            )
        except NOT_NOW:
            other = await self._known(bot.team_id, bot.enterprise_id)
            if other and other.bot_token != bot.bot_token:  # another replica was first
                return other
            if _expires(bot, 0):
                raise
            return bot
        if fresh:
            await self.installations.async_save_bot(fresh)
        return fresh or bot

    async def _known(self, team: str | None, enterprise: str | None) -> Bot | None:
        return await self.installations.async_find_bot(enterprise_id=enterprise, team_id=team)


def _expires(bot: Bot, minutes: int) -> bool:
    expires = bot.bot_token_expires_at
    return expires is not None and expires <= time() + 60 * minutes
