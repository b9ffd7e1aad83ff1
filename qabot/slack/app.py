"""create_slack(...): the bot put together, for one workspace or for many."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from qabot.errors import BadInput
from qabot.service.ask import Questions
from qabot.service.page_links import OwnPages
from qabot.settings import Settings
from qabot.slack.install.bot_tokens import ManyWorkspaces, OneWorkspace
from qabot.slack.install.encrypted_installations import (
    EncryptedInstallations,
    Encryption,
    StoredStates,
)
from qabot.slack.install.scopes import OPTIONAL_SCOPES, SCOPES
from qabot.slack.listeners.parts import Parts
from qabot.slack.listeners.registration import register
from qabot.slack.work.digests import Digests, channel_of
from qabot.slack.work.posting import retry_handlers
from qabot.slack.work.replies import Replies
from qabot.slack.work.slack_state import SlackState
from qabot.slack.work.worker import Worker
from qabot.state.installations import Installations, OAuthStates
from qabot.state.store import Store
from qabot.state.stored import Work, now
from qabot.state.threads import Threads
from qabot.state.worklist import DIGEST, LEASE, Worklist
from qabot.state.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class SlackBot:
    """A bot that listens once its deliveries reach `app`, and works while `worker` runs."""

    app: AsyncApp
    worker: Worker
    tokens: OneWorkspace | ManyWorkspaces


def create_slack(
    questions: Questions,
    store: Store,
    settings: Settings,
    *,
    lease: timedelta = LEASE,
    clock: Callable[[], datetime] = now,
) -> SlackBot:
    """Return the bot; raises BadInput where a setting is missing. Nothing is sent to Slack yet.

    Work of a process that dies is taken up by another once its `lease` is over. `clock` says which
    week's digest is due.
    Tokens of many workspaces are encrypted anew with the first key; raises StoreUnavailable where
    one cannot be read.
    """
    tokens = _tokens(store, settings)
    many = tokens if isinstance(tokens, ManyWorkspaces) else None
    app = AsyncApp(
        client=_client(settings),
        authorize=tokens,  # type: ignore[arg-type]  # takes None where the bot is not installed
        process_before_response=True,  # what a listener takes on, it has before Slack is told
        request_verification_enabled=False,  # the guard did, and Socket Mode needs none
        raise_error_for_unhandled_request=True,  # otherwise it is logged, and refused
        oauth_settings=_oauth(store, settings, many.installations) if many else None,
        logger=logging.getLogger("slack_bolt"),
    )
    if many:
        _listen_to_uninstalls(app, many)
    worklist = Worklist(store.engine, lease)
    state = SlackState(worklist, Threads(store.engine), Workspaces(store.engine))
    pages = (
        OwnPages(settings.public_url, store.secret("links"), settings.link_days)
        if settings.public_url
        else None
    )
    replies = Replies(questions, state, tokens.client, pages)
    channel_of(settings)  # refused here, rather than when the first digest is due
    digests = Digests(questions, store, worklist, tokens.client, pages, settings, clock)

    async def do(work: Work) -> None:
        await (digests.do if work.kind == DIGEST else replies.do)(work)

    worker = Worker(worklist, do, digests.due)
    register(app, Parts(replies, worker, state, store))
    return SlackBot(app, worker, tokens)


def _tokens(store: Store, settings: Settings) -> OneWorkspace | ManyWorkspaces:
    if settings.slack_client_id:
        return _many(store, settings)
    if not settings.slack_bot_token:
        raise BadInput(
            "No token for Slack is set; set QABOT_SLACK_BOT_TOKEN to the one on the app's page "
            "(xoxb-...)."
        )
    return OneWorkspace(_client(settings, settings.slack_bot_token))


def _many(store: Store, settings: Settings) -> ManyWorkspaces:
    if not settings.slack_client_secret:
        raise BadInput(
            "QABOT_SLACK_CLIENT_ID is set without QABOT_SLACK_CLIENT_SECRET; set both, of the "
            "app's page."
        )
    keys = [key.strip() for key in settings.slack_keys.split(",") if key.strip()]
    app = Installations(store.engine, app=settings.slack_client_id)
    installations = EncryptedInstallations(app, Encryption(keys))
    installations.encrypt_anew()
    client = _client(settings)
    rotator = AsyncTokenRotator(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        client=client,
    )
    return ManyWorkspaces(client, installations, rotator)


def _listen_to_uninstalls(app: AsyncApp, many: ManyWorkspaces) -> None:
    @app.event("app_uninstalled")
    @app.event("tokens_revoked")
    async def on_gone(body: dict[str, Any], context: AsyncBoltContext) -> None:
        if body["event"].get("tokens", {}).get("bot", True):  # not of a user alone
            await many.forget(context.team_id, context.enterprise_id, body["event_time"])


def _oauth(
    store: Store, settings: Settings, installations: EncryptedInstallations
) -> AsyncOAuthSettings:
    base = settings.public_url.rstrip("/")
    return AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=[*SCOPES, *OPTIONAL_SCOPES],  # the manifest says which of them are optional
        user_scopes=[],
        redirect_uri=f"{base}/slack/oauth_redirect" if base else None,
        install_path="/slack/install",
        redirect_uri_path="/slack/oauth_redirect",
        authorization_url=urljoin(settings.slack_api, "/oauth/v2/authorize"),
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=StoredStates(OAuthStates(store.engine)),
    )


def _client(settings: Settings, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=settings.slack_api, retry_handlers=retry_handlers())
