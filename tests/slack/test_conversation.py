from pathlib import Path

from tests.slack.deliveries import deliver, event, mention, message
from tests.slack.doors import Door
from tests.slack.double import Double
from tests.slack.local_slack import ALICE, GENERAL, LocalSlack
from tests.slack.ours import over_http
from tests.slack.programs import eventually

KEPT = "When is the whole price refunded?"


def test_mention_is_answered_in_its_thread(
    tmp_path: Path, entrance: Door, slack_over_http: LocalSlack
) -> None:
    """A mention gets one reply, in its thread, that quotes the policy."""
    with over_http(tmp_path, entrance, slack_over_http.api):
        asked = slack_over_http.mention(ALICE, GENERAL, KEPT)

        replies = eventually(lambda: slack_over_http.thread(asked))

    assert len(replies) == 1
    assert "We refund the whole price within 14 days of the order." in replies[0]["text"]


def test_event_delivered_twice_is_answered_once(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """Slack delivers an event again; there is one reply."""
    with over_http(tmp_path, entrance, moody.api):
        asked = event(mention(KEPT))
        assert [deliver(entrance.events, asked).status_code for _ in range(3)][0] == 200
        deliver(entrance.events, event(message("When is a router refunded?")))
        moody.wait_for("chat.postMessage", 2)

    assert len(moody.accepted("chat.postMessage")) == 2
