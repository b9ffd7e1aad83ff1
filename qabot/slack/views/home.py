"""App Home: what is indexed, how to ask, the workspace's settings."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from slack_sdk.models.blocks import RichTextElement
from slack_sdk.models.views import View

from qabot.records import Entry
from qabot.service.wording import in_force
from qabot.slack.views.blocks import (
    Block,
    actions,
    button,
    channel,
    header,
    rich_text,
    section,
    text,
    user_group,
)
from qabot.slack.views.notices import HOW_TO_ASK
from qabot.slack.views.text_limits import BLOCKS, label, size
from qabot.state.stored import SlackSettings

_POLICIES = 10  # listed of a company
_COMPANIES = 80  # listed, where there is room: a view has at most 100 blocks
_CHANNELS = 20  # listed


def home_view(
    entries: Sequence[Entry], settings: SlackSettings, today: date, *, may_change: bool
) -> dict[str, Any]:
    """Return App Home.

    Actions, for those who may change the settings: `home_settings`, `home_channel`; they open
    `settings_modal` and `channel_modal`.
    """
    blocks = [
        header("Ask the policies"),
        rich_text(section(text(f"{HOW_TO_ASK}\n{_WHERE}"))),
        *(_settings(settings) if may_change else ()),
        header("What is indexed"),
    ]
    blocks += _indexed(entries, today, BLOCKS - size(blocks))
    return View(type="home", blocks=blocks).to_dict()


_WHERE = (
    "Mention me in a channel, write to me here under Messages, use /policy so that only you see "
    "the answer, or “Find the policy” among the shortcuts of a customer's message."
)


def _settings(settings: SlackSettings) -> Iterator[Block]:
    yield header("Settings of this workspace")
    yield rich_text(
        section(text("Company, where a question names none: "), _company(settings.company)),
        section(text("In channels: "), *_channel_companies(settings)),
        section(text("Pinged by “Ask a human”: "), _humans(settings.humans)),
        section(
            text("Messages ending in “?” are answered unasked in: "),
            *_channels(sorted(settings.unasked_channels)),
        ),
    )
    yield actions(
        button("Change the settings", "home_settings"),
        button("Set the company of a channel", "home_channel"),
    )


def _company(company: str | None) -> RichTextElement:
    return text(label(company) if company else "every company", bold=True)


def _humans(group: str | None) -> RichTextElement:
    if group:
        return user_group(group)
    return text("nobody yet", bold=True)


def _channel_companies(settings: SlackSettings) -> Iterator[RichTextElement]:
    chosen = sorted(settings.channel_companies.items())
    if not chosen:
        yield text("as above")
    for channel_id, company in chosen[:_CHANNELS]:
        yield text("\n• ")
        yield channel(channel_id)
        yield text(f" {label(company)}")
    yield from _rest(len(chosen))


def _channels(channels: Sequence[str]) -> Iterator[RichTextElement]:
    if not channels:
        yield text("no channel")
    for channel_id in channels[:_CHANNELS]:
        yield channel(channel_id)
        yield text(" ")
    yield from _rest(len(channels))


def _rest(count: int) -> Iterator[RichTextElement]:
    if count > _CHANNELS:
        yield text(f"\nand {count - _CHANNELS:,} more channels")


def _indexed(entries: Sequence[Entry], today: date, room: int) -> Iterator[Block]:
    """Yield a block for each company, as many as there is room for, then what is left out."""
    ordered = sorted(entries, key=attrgetter("company"))
    companies = [list(versions) for _, versions in groupby(ordered, attrgetter("company"))]
    room -= size(_left_out(companies))
    listed = 0
    for versions in islice(companies, _COMPANIES):
        block = _of_company(versions, today)
        room -= size(block) + 1
        if room < 0:
            break
        listed += 1
        yield block
    if not companies:
        yield rich_text(section(text("Nothing is indexed yet.")))
    elif listed < len(companies):
        yield _left_out(companies[listed:])


def _left_out(companies: Sequence[Sequence[Entry]]) -> Block:
    policies = sum(len({entry.policy for entry in versions}) for versions in companies)
    return rich_text(
        section(text(f"and {policies:,} more policies of {len(companies):,} more companies"))
    )


def _of_company(versions: Sequence[Entry], today: date) -> Block:
    """Return a company with its policies, each as it is in force today, else as it was last."""
    policies = [list(one) for _, one in groupby(versions, attrgetter("policy"))]
    lines = [f"\n• {_policy(one, today)}" for one in policies[:_POLICIES]]
    if more := len(policies) - _POLICIES:
        lines += [f"\nand {more:,} more"] * (more > 0)
    return rich_text(section(text(label(versions[0].company), bold=True), text("".join(lines))))


def _policy(versions: Sequence[Entry], today: date) -> str:
    begun = [v for v in versions if v.begins is None or v.begins <= today]
    shown = (begun or versions)[-1 if begun else 0]
    when = in_force(shown.effective_from, shown.effective_until, today, shown.first_seen)
    return f"{label(shown.title)}, {when}"
