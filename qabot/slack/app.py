"""create_slack(...): the bot put together, for one workspace or for many."""

import logging
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.web.async_client import AsyncWebClient

from qabot.errors import BadInput
from qabot.links import OwnPages
from qabot.live import LiveBot
from qabot.recent import Recent
from qabot.settings import Settings
from qabot.slack.installations import EncryptedInstallations, Encryption, StoredStates
from qabot.slack.listeners import register
from qabot.slack.office import Office
from qabot.slack.posting import Undeliverable, retry_handlers
from qabot.slack.replies import Clients, Replies
from qabot.slack.scopes import SCOPES
from qabot.slack.worker import Worker
from qabot.state.installations import Installations, OAuthStates
from qabot.state.store import Store
from qabot.state.threads import Threads
from qabot.state.worklist import Worklist
from qabot.state.workspaces import Workspaces

_TOKENS = "set QABOT_SLACK_BOT_TOKEN to the bot token of the app's page (xoxb-...)"


@dataclass(frozen=True, slots=True)
class SlackBot:
    """A bot that listens once its deliveries reach `app`, and works while `worker` runs."""

    app: AsyncApp
    worker: Worker


def create_slack(live: LiveBot, store: Store, settings: Settings) -> SlackBot:
    """Return the bot; raises BadInput where a setting is missing. Nothing is sent to Slack yet."""
    client = AsyncWebClient(base_url=settings.slack_api, retry_handlers=retry_handlers())
    many = _installations(store, settings) if settings.slack_client_id else None
    if many is None and not settings.slack_bot_token:
        raise BadInput(f"No token for Slack is set; {_TOKENS}.")
    if many is None:
        client.token = settings.slack_bot_token
    app = AsyncApp(
        client=client,
        process_before_response=True,  # what a listener takes on, it has before Slack is told
        request_verification_enabled=False,  # the guard did, and Socket Mode needs none
        oauth_settings=_oauth(store, settings, many) if many else None,
        logger=logging.getLogger("slack_bolt"),
    )
    if many:
        app.enable_token_revocation_listeners()
    worklist, threads = Worklist(store.engine), Threads(store.engine)
    workspaces = Workspaces(store.engine)
    pages = OwnPages(settings.public_url, store.secret("links")) if settings.public_url else None
    replies = Replies(live, (worklist, threads, workspaces), _clients(client, many), pages)
    worker = Worker(worklist, replies.do)
    register(app, Office(replies, worker, store, threads, workspaces, Recent()))
    return SlackBot(app, worker)


async def check_token(app: AsyncApp) -> str:
    """Return the name of the bot's workspace; raises BadInput where Slack refuses the token."""
    try:
        known = await app.client.auth_test()
    except SlackApiError as error:
        raise BadInput(
            f"Slack refuses the bot token ({error.response['error']}); {_TOKENS}."
        ) from error
    except (SlackClientError, OSError) as error:
        raise BadInput(
            f"Slack cannot be reached ({type(error).__name__}); check the network."
        ) from error
    return str(known["team"])


def _installations(store: Store, settings: Settings) -> EncryptedInstallations:
    keys = [key.strip() for key in settings.slack_keys.split(",") if key.strip()]
    return EncryptedInstallations(
        Installations(store.engine, app=settings.slack_client_id), Encryption(keys)
    )


def _oauth(
    store: Store, settings: Settings, installations: AsyncInstallationStore
) -> AsyncOAuthSettings:
    base = settings.public_url.rstrip("/")
    return AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=list(SCOPES),
        redirect_uri=f"{base}/slack/oauth_redirect" if base else None,
        install_path="/slack/install",
        redirect_uri_path="/slack/oauth_redirect",
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=StoredStates(OAuthStates(store.engine)),
    )


def _clients(client: AsyncWebClient, installations: AsyncInstallationStore | None) -> Clients:
    """Return what gives a team's client: the only one there is, or one with its own token."""

    async def of_team(team: str, enterprise: str | None) -> AsyncWebClient:
        if installations is None:
            return client
        found = await installations.async_find_bot(enterprise_id=enterprise, team_id=team)
        if found is None:
            raise Undeliverable("not installed any more")
        return AsyncWebClient(
            token=found.bot_token, base_url=client.base_url, retry_handlers=retry_handlers()
        )

    return of_team
