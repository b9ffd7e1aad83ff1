"""emulate: a Slack that apps are installed into by OAuth, made by people who do not know this bot.

Facts about 0.11.2, tried or read in it, that tests must know:

- It starts in a third of a second; `tests/node/emulate.mjs` keeps it on this machine's loopback.
- Client id, client secret and redirect address must be those it was started with; otherwise:
  pages with 400, and `invalid_client_id` or `bad_redirect_uri` from `oauth.v2.access`. A code is
  good once and for 10 minutes (`invalid_code`). That scopes exist is not checked.
- Its one team is `T000000001`. A second install gives a new token; the old one stays good.
- There is no token rotation (`expires_in`, `refresh_token`), no uninstall (`auth.revoke`,
  `apps.uninstall`) and no event of either: `double` scripts the first, `deliveries` sends the rest.
- With `strict_scopes` a call whose token lacks the method's scope gets `missing_scope`, also where
  the token is unknown. So calls prove that the scopes asked for are enough, for the methods
  it has: of ours `auth.test`, `chat.postMessage`, `chat.postEphemeral`, `chat.update`,
  `conversations.*`, `reactions.add`, `users.info`, `views.publish` and `views.open`.
- It has no Socket Mode, and sends no commands, buttons or signed events.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx2

from tests.slack.local_slack import Json
from tests.slack.programs import NODE, installed, running

CLIENT_ID, CLIENT_SECRET, TEAM = "12345.67890", "emulated-client-secret", "T000000001"


@dataclass(frozen=True, slots=True)
class Emulate:
    """A running Slack, and a browser in which someone installs the bot there."""

    address: str

    @property
    def api(self) -> str:
        """Where the Web API is: the `base_url` of a client."""
        return f"{self.address}/api/"

    @property
    def authorize(self) -> str:
        """The page on which someone agrees: the `authorization_url` of a bot."""
        return f"{self.address}/oauth/v2/authorize"

    def agree(self, install_url: str) -> tuple[str, dict[str, str]]:
        """Follow the bot's install page and agree; where that leads, and with which cookies.

        The cookies are sent by hand: they are for HTTPS alone, as they should be.
        """
        page = httpx2.get(install_url)
        cookies = dict(re.findall(r"^([^=]+)=([^;]*)", page.headers["set-cookie"]))
        link = page.headers.get("location") or re.findall(r'href="(http[^"]+)"', page.text)[0]
        consent = httpx2.get(unescape(link))
        assert consent.status_code == 200, consent.text
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', consent.text)
        agreed = {name: unescape(value) for name, value in fields}
        back = httpx2.post(f"{self.authorize}/callback", data=agreed)
        return back.headers["location"], cookies

    def install(self, install_url: str) -> httpx2.Response:
        """Install the bot; gives the page that the bot says goodbye with."""
        location, cookies = self.agree(install_url)
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return httpx2.get(location, headers={"Cookie": header})

    def call(self, token: str, method: str, **arguments: object) -> Json:
        """Call a method of the Web API with a token."""
        headers = {"Authorization": f"Bearer {token}"}
        response = httpx2.post(f"{self.api}{method}", json=arguments, headers=headers)
        result: Json = response.json()
        return result


@contextmanager
def emulate(folder: Path, redirect_url: str) -> Iterator[Emulate]:
    """Run a Slack that knows one app, whose users come back to `redirect_url`."""
    installed("emulate", "package.json")
    app = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "Policies"}
    seed = {
        "team": {"name": "Harbour", "domain": "harbour"},
        "users": [{"name": "alice", "real_name": "Alice", "email": "alice@harbour.example"}],
        "channels": [{"name": "support"}],
        "oauth_apps": [{**app, "redirect_uris": [redirect_url]}],
        "strict_scopes": True,
    }
    command = ["node", str(NODE / "emulate.mjs"), json.dumps(seed)]
    with running(command, r"listens on (\S+)\n", folder) as address:
        yield Emulate(address)
