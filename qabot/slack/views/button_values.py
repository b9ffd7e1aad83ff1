"""What a button carries: the question it was built for, to be asked again."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from qabot.errors import BadInput
from qabot.slack.views.text_limits import VALUE, cut, cut_to, readable

_LONGEST_COMPANY = 200  # characters; as over HTTP


@dataclass(frozen=True, slots=True)
class ButtonQuestion:
    """A question and all that decides its answer."""

    question: str
    company: str | None  #: as given to `Bot.ask`, not what the question names
    as_of: date | None  #: as given to `Bot.ask`
    build: str  #: id of the build that answered
    place: int = 0  #: of the citation that a button is about, from 0
    shortened: bool = False  #: whether the question was too long for a button


def button_value(asked: ButtonQuestion) -> str:
    """Return the value of a button, in which a question that is too long is shortened."""
    question = readable(asked.question)
    fields: dict[str, Any] = {
        "q": question,
        "c": asked.company and cut(readable(asked.company), _LONGEST_COMPANY),
        "d": asked.as_of and asked.as_of.isoformat(),
        "b": asked.build,
        **({"n": asked.place} if asked.place else {}),
        **({"s": True} if asked.shortened else {}),
    }
    if (value := _json(fields)) and len(value.encode()) <= VALUE:
        return value
    room = VALUE - len(_json({**fields, "q": "", "s": True}).encode())
    return _json({**fields, "q": cut_to(question, room, _weight), "s": True})


def asked_of(value: str) -> ButtonQuestion:
    """Return what `button_value` wrote; raises BadInput for anything else."""
    try:
        fields = json.loads(value)
        return ButtonQuestion(
            question=str(fields["q"]),
            company=None if fields["c"] is None else str(fields["c"]),
            as_of=fields["d"] and date.fromisoformat(fields["d"]),
            build=str(fields["b"]),
            place=int(fields.get("n", 0)),
            shortened=bool(fields.get("s")),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"The button's value {value[:80]!r} is none of ours.") from error


def _json(fields: dict[str, Any]) -> str:
    """Return JSON without "&", "<" and ">", of which Slack makes entities on some ways."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    for letter in "&<>":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _weight(character: str) -> int:
    return len(_json({"": character}).encode()) - len(_json({"": ""}).encode())
