"""The settings: the only reader of the environment.

It imports nothing heavy, for every command reads settings. A plain dataclass serves: importing
pydantic-settings would delay each `qabot ask` by a tenth of a second.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from qabot.encoder.model_names import DEFAULT
from qabot.errors import BadInput

LogFormat = Literal["json", "text"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is read from QABOT_ and its name in capitals; an empty one counts as not set."""

    index: Path = field(default_factory=lambda: Path(_set("INDEX") or "index"))
    """Folder that holds the builds."""
    builds: str = field(default_factory=lambda: _set("BUILDS"))
    """Store that machines share builds by, s3://BUCKET/FOLDER; "": none."""
    milvus: str = field(default_factory=lambda: _set("MILVUS"))
    """Address of a Milvus database that is to hold passages and their vectors; "": files do."""
    encoder: str = field(default_factory=lambda: _set("ENCODER") or DEFAULT)
    """sentence-transformers model, by name or folder, for passages and questions."""
    cross_encoder: bool = field(default_factory=lambda: _switch("CROSS_ENCODER", "on"))
    """Whether a cross-encoder judges the first candidates: "off" saves some milliseconds."""
    state: str = field(default_factory=lambda: _set("STATE"))
    """Address of the database of keys, feedback and questions, SQLite or PostgreSQL; else a file
    in the folder of the index."""
    public_url: str = field(default_factory=lambda: _set("PUBLIC_URL"))
    """Address that people reach the service at, for links to it; "": as each request says."""
    address_limit: str = field(default_factory=lambda: _set("ADDRESS_LIMIT") or "60/minute")
    """Requests that one network address may make, with a publishable key or none."""
    key_limit: str = field(default_factory=lambda: _set("KEY_LIMIT") or "1200/minute")
    """Requests that may be made with one key."""
    link_days: int = field(default_factory=lambda: _number("LINK_DAYS", 90))
    """Days for which a link in an answer opens the service's own page of a version."""
    proxies: str = field(default_factory=lambda: _set("PROXIES"))
    """Addresses or networks, with commas between, of the proxies whose X-Forwarded-For is
    believed."""
    in_flight: int = field(default_factory=lambda: _number("IN_FLIGHT", 32))
    """Questions taken at once, those being answered included; more are turned away."""
    log_questions: bool = field(default_factory=lambda: _switch("LOG_QUESTIONS"))
    """Whether questions are kept, personal data masked: "on"."""
    log_days: int = field(default_factory=lambda: _number("LOG_DAYS", 90))
    """Days for which questions and feedback are kept; the service deletes what is older."""
    logs: LogFormat = field(default_factory=lambda: _log_format())
    """How a service logs: "json", an object a line, or "text", for people."""
    owner: bool = field(default_factory=lambda: _switch("OWNER", "on"))
    """Whether there is a page for the policies' owner, at /owner."""
    slack_bot_token: str = field(default_factory=lambda: _set("SLACK_BOT_TOKEN"))
    """Of the bot in one workspace: xoxb-..."""
    slack_app_token: str = field(default_factory=lambda: _set("SLACK_APP_TOKEN"))
    """Of the app, for Socket Mode: xapp-..."""
    slack_signing_secret: str = field(default_factory=lambda: _set("SLACK_SIGNING_SECRET"))
    """With which Slack signs what it delivers over HTTP; set, `qabot serve` takes it."""
    slack_client_id: str = field(default_factory=lambda: _set("SLACK_CLIENT_ID"))
    """Of an app that many workspaces install."""
    slack_client_secret: str = field(default_factory=lambda: _set("SLACK_CLIENT_SECRET"))
    """Of the same."""
    slack_keys: str = field(default_factory=lambda: _set("SLACK_KEYS"))
    """Encrypt the tokens of many workspaces: Fernet keys with commas between, the first in use."""
    slack_digest_channel: str = field(default_factory=lambda: _set("SLACK_DIGEST_CHANNEL"))
    """Id of the channel that gets, on Mondays, what nobody answered in the week before."""
    slack_api: str = field(default_factory=lambda: _set("SLACK_API") or "https://slack.com/api/")
    """Address of Slack's Web API."""

    def __post_init__(self) -> None:
        """Keep the state with the index, unless it is set where."""
        if not self.state:
            object.__setattr__(self, "state", f"sqlite:///{self.index}/state.sqlite")


def share_metrics(folder: Path) -> None:
    """Have Prometheus' client keep its counts in a folder, before anything imports it.

    https://prometheus.github.io/client_python/multiprocess/
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def traces_endpoint() -> str:
    """Return where OpenTelemetry's own setting sends traces to, "" where it is not set."""
    return os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")


def _log_format() -> LogFormat:
    text = _set("LOGS") or "json"
    if text not in ("json", "text"):
        raise BadInput(f"QABOT_LOGS is {text!r}; set json or text.")
    return cast(LogFormat, text)


def _set(name: str) -> str:
    return os.environ.get(f"QABOT_{name}", "")


def _number(name: str, default: int) -> int:
    text = _set(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise BadInput(f"QABOT_{name} is {text!r}; set a whole number from 1 up.")
    return int(text)


def _switch(name: str, default: str = "off") -> bool:
    text = _set(name) or default
    if text not in ("on", "off"):
        raise BadInput(f"QABOT_{name} is {text!r}; set on or off.")
    return text == "on"
