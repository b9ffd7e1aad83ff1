"""The tables of a store. Their history is in `migrations`, and a test compares the two."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from qabot.state.columns import AnyJson, AnyText, Moment

metadata = MetaData()

keys = Table(
    "qabot_keys",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("kind", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("company", AnyText),
    Column("origins", AnyJson, nullable=False),
    Column("created", Moment, nullable=False),
    Column("revoked", Moment),
    Column("token_sha256", LargeBinary, nullable=False),
    Column("token", AnyText),  # of publishable keys alone
)

feedback = Table(
    "qabot_feedback",
    metadata,
    Column("answer", AnyText, primary_key=True),
    Column("by", AnyText, primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", AnyText),
    Column("about", AnyJson),
    Column("said", Moment, nullable=False),
)

questions = Table(
    "qabot_questions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("answer", AnyText, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("company", AnyText),
    Column("as_of", Date),
    Column("status", AnyText, nullable=False),
    Column("build", AnyText, nullable=False),
    Column("asked", Moment, nullable=False),
    Index("qabot_questions_asked", "asked"),
)

owner_links = Table(
    "qabot_owner_links",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("expires", Moment, nullable=False),
)

handovers = Table(
    "qabot_handovers",
    metadata,
    Column("answer", AnyText, primary_key=True),
    Column("at", Moment, primary_key=True),
)

rephrasings = Table(  # nothing of who asked, nor of the other words
    "qabot_rephrasings",
    metadata,
    Column("answer", AnyText, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("answered", Boolean, nullable=False),
)

build_figures = Table(
    "qabot_build_figures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("build", AnyText, nullable=False),
    Column("measured", Moment, nullable=False),
    Column("covered", Integer, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("marked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("uncovered", Integer, nullable=False),
    Column("false_answers", Integer, nullable=False),
)

secrets = Table(
    "qabot_secrets",
    metadata,
    Column("name", AnyText, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

slack_work = Table(
    "qabot_slack_work",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("team", AnyText, nullable=False),
    Column("kind", AnyText, nullable=False),
    Column("payload", AnyJson),  # None once it is done
    Column("event_id", AnyText),
    Column("channel", AnyText),
    Column("ts", AnyText),
    Column("taken", Moment, nullable=False),
    Column("state", AnyText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("replica", AnyText, nullable=False),
    Column("leased_until", Moment, nullable=False),
    UniqueConstraint("team", "event_id", name="qabot_slack_work_event"),
    UniqueConstraint("channel", "ts", name="qabot_slack_work_message"),
    Index("qabot_slack_work_due", "state", "leased_until"),
)

slack_threads = Table(
    "qabot_slack_threads",
    metadata,
    Column("team", AnyText, primary_key=True),
    Column("channel", AnyText, primary_key=True),
    Column("thread_ts", AnyText, primary_key=True),
    Column("answered", Moment, nullable=False),
)

slack_settings = Table(
    "qabot_slack_settings",
    metadata,
    Column("team", AnyText, primary_key=True),
    Column("company", AnyText),
    Column("channel_companies", AnyJson, nullable=False),
    Column("humans", AnyText),
    Column("unasked_channels", AnyJson, nullable=False),
)

slack_installations = Table(
    "qabot_slack_installations",
    metadata,
    Column("app", AnyText, primary_key=True),
    Column("enterprise", AnyText, primary_key=True),  # "" for none, in a key NULL is no value
    Column("team", AnyText, primary_key=True),  # "" for a whole enterprise
    Column("user", AnyText, primary_key=True),  # "" for the bot
    Column("installed", Moment, nullable=False),
    Column("encrypted", LargeBinary, nullable=False),
)

slack_states = Table(
    "qabot_slack_states",
    metadata,
    Column("state_sha256", LargeBinary, primary_key=True),
    Column("expires", Moment, nullable=False),
)
