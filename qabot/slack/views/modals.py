"""Modals: settings, one company of many, what an answer lacked; and what they return."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import (
    ConversationFilter,
    ConversationMultiSelectElement,
    ConversationSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    RichTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from qabot.errors import BadInput
from qabot.records import Entry
from qabot.slack.views.blocks import Block, plain, rich_text, section, user_group
from qabot.slack.views.phrases import companies
from qabot.slack.views.text_limits import LABEL, OPTION, OPTIONS, label
from qabot.state.stored import SlackSettings

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`view.state.values` of a submitted modal: by block, then by action."""

COMMENT = 2_000
"""Characters that may be written of an unhelpful answer, as over HTTP."""

_SUBMITS = {"company": "Ask", "missing": "Send"}  # by callback
_EVERY = "*"  # an option needs a value
_GROUP = re.compile(r"\bS[A-Z0-9_]{2,}\b")


def settings_modal(settings: SlackSettings, entries: Sequence[Entry]) -> Json:
    """Return the modal (callback `home_settings`) that changes the settings of a workspace."""
    group = rich_text(section(user_group(settings.humans))) if settings.humans else None
    humans = RichTextInputElement(action_id="humans", initial_value=group)
    unasked = ConversationMultiSelectElement(
        action_id="unasked",
        filter=_CHANNELS,
        initial_conversations=sorted(settings.unasked_channels),
    )
    company = _company_select(entries, "Every company", settings.company)
    return _modal(
        "home_settings",
        "Settings",
        _input("company", "Company, where a question names none", company),
        _input("humans", "Pinged by “Ask a human”: mention one user group", humans, optional=True),
        _input("unasked", "Answer unasked in these channels", unasked, optional=True),
    )


def chosen_settings(values: Values, settings: SlackSettings) -> SlackSettings:
    """Return the settings that a submitted `settings_modal` makes of those before.

    Raises BadInput, with a sentence for block `humans`, where it holds text but no user group.
    """
    return replace(
        settings,
        company=chosen_company(values),
        humans=_group(values["humans"]["humans"].get("rich_text_value")),
        unasked_channels=frozenset(values["unasked"]["unasked"]["selected_conversations"] or ()),
    )


def channel_modal(entries: Sequence[Entry]) -> Json:
    """Return the modal (callback `home_channel`) that sets the company of one channel."""
    channel = ConversationSelectElement(action_id="channel", filter=_CHANNELS)
    company = _company_select(entries, "As set for the workspace", None)
    return _modal(
        "home_channel",
        "Company of a channel",
        _input("channel", "Channel", channel),
        _input("company", "Company, where a question names none", company),
    )


def chosen_channel(values: Values, settings: SlackSettings) -> SlackSettings:
    """Return the settings that a submitted `channel_modal` makes of those before."""
    channel = values["channel"]["channel"]["selected_conversation"]
    company = chosen_company(values)
    others = {key: one for key, one in settings.channel_companies.items() if key != channel}
    return replace(settings, channel_companies=others | ({channel: company} if company else {}))


def company_modal(entries: Sequence[Entry], metadata: str) -> Json:
    """Return the modal (callback `company`) that narrows a question to one of many companies.

    `metadata` comes back as `view.private_metadata`: at most 3,000 characters.
    """
    company = _company_select(entries, "Every company", None)
    one = _input("company", "Company", company)
    return _modal("company", "Ask about one company", one, metadata=metadata)


def chosen_company(values: Values) -> str | None:
    """Return the company chosen in a modal; None: every company, or as the workspace has it."""
    value: str = values["company"]["company"]["selected_option"]["value"]
    return None if value == _EVERY else value


def missing_modal(metadata: str) -> Json:
    """Return the modal (callback `missing`) that asks what an unhelpful answer lacked.

    `metadata` comes back as `view.private_metadata`: at most 3,000 characters.
    """
    words = PlainTextInputElement(action_id="missing", multiline=True, max_length=COMMENT)
    one = _input("missing", "What was missing, or wrong?", words)
    return _modal("missing", "Not helpful", one, metadata=metadata)


def what_was_missing(values: Values) -> str | None:
    """Return what was written in a `missing_modal`, None: nothing."""
    written: str | None = values["missing"]["missing"].get("value")
    return (written or "").strip() or None


_CHANNELS = ConversationFilter(
    include=["public", "private"],
    exclude_external_shared_channels=False,
    exclude_bot_users=True,
)


def _modal(callback: str, title: str, *blocks: InputBlock, metadata: str | None = None) -> Json:
    return View(
        type="modal",
        callback_id=callback,
        title=plain(title),
        submit=plain(_SUBMITS.get(callback, "Save")),
        close=plain("Cancel"),
        blocks=blocks,
        private_metadata=metadata,
    ).to_dict()


def _input(
    name: str, words: str, element: InputInteractiveElement, *, optional: bool = False
) -> InputBlock:
    return InputBlock(block_id=name, label=plain(words), element=element, optional=optional)


def _company_select(
    entries: Sequence[Entry], every: str, chosen: str | None
) -> StaticSelectElement:
    """Return a select of all companies, in groups where Slack does not take so many options."""
    options = [_option(every, _EVERY), *(_option(name, name) for name in companies(entries))]
    initial = next((one for one in options if chosen and one.value == chosen), options[0])
    groups = [options[first : first + OPTIONS] for first in range(0, len(options), OPTIONS)]
    is_one_group = len(groups) == 1
    return StaticSelectElement(
        action_id="company",
        initial_option=initial,
        options=options if is_one_group else None,
        option_groups=None
        if is_one_group
        else [OptionGroup(label=_span(group), options=group) for group in groups],
    )


def _option(words: str, value: str) -> Option:
    return Option(text=plain(label(words)), value=label(value, OPTION))


def _span(group: Sequence[Option]) -> PlainTextObject:
    first, last = (label(str(group[place].text), LABEL // 2 - 2) for place in (0, -1))
    return plain(f"{first} - {last}")


def _group(value: Block | None) -> str | None:
    """Return the first user group mentioned in rich text, or written as its id."""
    parts = list(_leaves(value or {}))
    for part in parts:
        if part["type"] == "usergroup":
            group: str = part["usergroup_id"]
            return group
    written = "".join(part.get("text", "") for part in parts).strip()
    if found := _GROUP.search(written):
        return found.group()
    if written or parts:
        raise BadInput("Mention one user group, such as @support-leads.")
    return None


def _leaves(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for inner in part.get("elements", ()):
        if "elements" in inner:
            yield from _leaves(inner)
        else:
            yield inner
