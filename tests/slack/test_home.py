from datetime import date
from typing import Any

import pytest

from qabot.errors import BadInput
from qabot.slack.views.home import home_view
from qabot.slack.views.modals import (
    channel_modal,
    chosen_channel,
    chosen_company,
    chosen_settings,
    company_modal,
    settings_modal,
)
from qabot.state.stored import SlackSettings
from tests.slack.checks import nodes
from tests.slack.made import ENTRIES, TODAY, entry

SETTINGS = SlackSettings(
    company="Larkfield Telecom",
    channel_companies={"C0HARBOUR": "Harbour Broadband"},
    humans="S0HUMANS",
    unasked_channels=frozenset({"C0HELP"}),
)


def _said(view: dict[str, Any]) -> str:
    return "".join(node["text"] for node in nodes(view) if isinstance(node.get("text"), str))


def _group(*elements: dict[str, str]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"rich_text_value": {"type": "rich_text", "elements": [section]}}


def _submitted(company: str, humans: dict[str, Any], unasked: list[str]) -> Any:  # noqa: ANN401
    return {
        "company": {"company": {"selected_option": {"value": company}}},
        "humans": {"humans": humans},
        "unasked": {"unasked": {"selected_conversations": unasked}},
    }


def test_home_says_what_is_indexed() -> None:
    """Each company is listed with its policies and when they are in force."""
    coming = entry("Harbour Broadband", "terms", date(2027, 1, 1))
    view = home_view([*ENTRIES, coming], SETTINGS, TODAY, may_change=False)

    said = _said(view)
    assert view["type"] == "home"
    assert (
        "Harbour Broadband\n• Privacy Policy, in force since 10 June 2021"
        "\n• Terms Policy, in force from 1 January 2027" in said
    )
    assert "Larkfield Telecom\n• Privacy Policy" in said
    assert "Settings" not in said


def test_home_shows_of_a_policy_the_version_in_force() -> None:
    """Of several versions of a policy the one of today is listed."""
    versions = [entry("Harbour", since=date(year, 1, 1)) for year in (2019, 2023, 2030)]
    view = home_view(versions, SETTINGS, TODAY, may_change=False)

    assert "Harbour\n• Privacy Policy, in force since 1 January 2023" in _said(view)


def test_home_counts_what_it_leaves_out() -> None:
    """Hundreds of policies fit: what is not listed is counted, by company and in all."""
    entries = [entry(f"Company {n:03}", f"policy{m:02}") for n in range(200) for m in range(12)]
    view = home_view(entries, SETTINGS, TODAY, may_change=True)

    texts = [node for node in nodes(view) if node.get("type") == "text"]
    listed = sum(node.get("text", "") in {entry.company for entry in entries} for node in texts)
    assert 10 < listed < 80
    assert sum(node["text"].endswith("\nand 2 more") for node in texts) == listed
    rest = 200 - listed
    assert texts[-1]["text"] == f"and {12 * rest:,} more policies of {rest} more companies"
    assert len(view["blocks"]) <= 100


def test_home_shows_the_settings_to_who_may_change_them() -> None:
    """The settings are there with their buttons: companies, channels, who is pinged."""
    view = home_view(ENTRIES, SETTINGS, TODAY, may_change=True)

    found = list(nodes(view))
    assert [node["action_id"] for node in found if "action_id" in node] == [
        "home_settings",
        "home_channel",
    ]
    assert {"type": "usergroup", "usergroup_id": "S0HUMANS"} in found
    assert [node["channel_id"] for node in found if node.get("type") == "channel"] == [
        "C0HARBOUR",
        "C0HELP",
    ]
    unset = _said(home_view(ENTRIES, SlackSettings(), TODAY, may_change=True))
    assert "every company" in unset and "nobody yet" in unset and "no channel" in unset


def test_settings_modal_begins_with_what_is_set() -> None:
    """What was chosen before is chosen when the modal opens."""
    found = list(nodes(settings_modal(SETTINGS, ENTRIES)))

    (company,) = [node for node in found if node.get("action_id") == "company"]
    (unasked,) = [node for node in found if node.get("action_id") == "unasked"]
    assert company["initial_option"]["value"] == "Larkfield Telecom"
    assert company["initial_option"] in company["options"]
    assert unasked["initial_conversations"] == ["C0HELP"]
    assert {"type": "usergroup", "usergroup_id": "S0HUMANS"} in found


def test_settings_are_read_from_the_modal() -> None:
    """What is submitted takes the place of what was set; channels' companies stay."""
    humans = _group(
        {"type": "usergroup", "usergroup_id": "S0OTHERS"}, {"type": "text", "text": " "}
    )
    chosen = chosen_settings(_submitted("Harbour Broadband", humans, ["C0A", "C0B"]), SETTINGS)

    assert chosen == SlackSettings(
        company="Harbour Broadband",
        channel_companies={"C0HARBOUR": "Harbour Broadband"},
        humans="S0OTHERS",
        unasked_channels=frozenset({"C0A", "C0B"}),
    )


def test_settings_can_be_taken_back() -> None:
    """Every company, nobody and no channel can be chosen again."""
    chosen = chosen_settings(_submitted("*", {}, []), SETTINGS)

    assert (chosen.company, chosen.humans, chosen.unasked_channels) == (None, None, frozenset())


@pytest.mark.parametrize("text", ["S0HUMANS", " <!subteam^S0HUMANS> "])
def test_user_group_can_be_written_as_its_id(text: str) -> None:
    """Who has but the id of a group can write it."""
    humans = _group({"type": "text", "text": text})

    assert chosen_settings(_submitted("*", humans, []), SETTINGS).humans == "S0HUMANS"


@pytest.mark.parametrize("element", [{"type": "text", "text": "ann"}, {"type": "user"}])
def test_what_is_no_user_group_is_refused(element: dict[str, str]) -> None:
    """A name or a single user is refused, and an example is given."""
    with pytest.raises(BadInput, match="Mention one user group"):
        chosen_settings(_submitted("*", _group(element), []), SETTINGS)


def test_company_of_a_channel_is_set_and_taken_back() -> None:
    """One channel's company changes, the others' stay."""

    def after(channel: str, company: str) -> dict[str, str]:
        values: Any = {
            "channel": {"channel": {"selected_conversation": channel}},
            "company": {"company": {"selected_option": {"value": company}}},
        }
        return dict(chosen_channel(values, SETTINGS).channel_companies)

    assert after("C0NEW", "Larkfield Telecom") == {
        "C0HARBOUR": "Harbour Broadband",
        "C0NEW": "Larkfield Telecom",
    }
    assert after("C0HARBOUR", "*") == {}
    assert channel_modal(ENTRIES)["callback_id"] == "home_channel"


def test_one_of_many_companies_can_be_chosen() -> None:
    """Hundreds of companies are in groups of as many options as Slack takes."""
    entries = [entry(f"Company {number:03}") for number in range(250)]
    view = company_modal(entries, "where")

    (select,) = [node for node in nodes(view) if node.get("type") == "static_select"]
    assert [len(group["options"]) for group in select["option_groups"]] == [100, 100, 51]
    assert select["option_groups"][1]["label"]["text"] == "Company 099 - Company 198"
    assert (view["callback_id"], view["private_metadata"]) == ("company", "where")
    values: Any = {"company": {"company": {"selected_option": {"value": "Company 200"}}}}
    assert chosen_company(values) == "Company 200"
