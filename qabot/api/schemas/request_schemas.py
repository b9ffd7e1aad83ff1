"""What is sent to the service."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from qabot.api.answer_ids import PATTERN as ANSWER_ID
from qabot.service.contract import MOST_CHARACTERS


def _written_as_day(value: object) -> object:
    """Let nothing but "2021-06-10" through: pydantic would read numbers and times as days too."""
    if value is not None and not (isinstance(value, str) and len(value) == 10):
        raise ValueError("write a day as 2021-06-10")
    return value


Day = Annotated[date, BeforeValidator(_written_as_day)]


def _written_as_number(value: object) -> object:
    """Let 3 and 3.0 through, the same in JSON: pydantic would read "3" and true as numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("write a number as 3")
    return value


Count = Annotated[int, BeforeValidator(_written_as_number)]


Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
CompanyName = Annotated[str, Field(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Question(_Body):
    """A question, and what it is put to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How long do you keep call records?"},
                {
                    "question": "Can I get a refund?",
                    "company": "Larkfield Telecom",
                    "as_of": "2024-10-01",
                    "k": 1,
                },
            ]
        }
    )

    question: Text
    company: CompanyName | None = Field(
        None,
        description="Whose policies; else the company that the question names.",
    )
    companies: list[CompanyName] = Field(
        [],
        max_length=4,
        description="Companies to compare, each with a part of its own; `company` is one of them.",
    )
    as_of: Day | None = Field(None, description="The day asked about; else today.")
    k: Count = Field(3, ge=1, le=10, description="Citations at most.")
    context: list[Text] = Field(
        [],
        max_length=3,
        description="What was asked before in this conversation, the oldest first; of a question "
        "that was read as another, `read_as`.",
    )


class Feedback(_Body):
    """Whether an answer helped."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "9f86d081884c7d659a2feaa0", "helpful": True}]}
    )

    answer: str = Field(pattern=ANSWER_ID, description="The answer's id.")
    helpful: StrictBool
    comment: str | None = Field(None, max_length=2000)
    by: str | None = Field(
        None,
        max_length=64,
        description="Anything that stays the same for one asker; of each, the last word counts.",
    )


BODIES: tuple[type[_Body], ...] = (Question, Feedback)
"""What may be sent."""
