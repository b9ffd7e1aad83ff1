"""Answers as the service gives them, made from whole quotes and the words that answer in them."""

from collections.abc import Mapping
from typing import Any

from qabot.service.contract import line_fields

Json = dict[str, Any]

SELLING = (
    "We do not sell your personal information. We may disclose it:\n"
    "- to companies that work for us, who may use it only for the task we give them;\n"
    "- to other networks, so far as they need it to connect your calls;\n"
    "  - and to those that bill for them\n"
    "\n"
    "Ask us for the whole list at any time."
)
PERIODS = (
    "We keep information only for as long as we need it:\n"
    "Information: Call records | How long we keep it: 12 months from the date of the call\n"
    "Information: Location records | How long we keep it: 6 months"
)


def citation(quote: str, *answering: str, **fields: object) -> Json:
    """Return a citation of a quote that stands 4,000 code points into its version's text."""
    start = 4_000
    marks = [(start + quote.index(words), words) for words in answering]
    return {
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "sha256": "0" * 64,
        "highlight": [{"start": at, "end": at + len(words), "text": words} for at, words in marks],
        "lines": line_fields(quote, start),
        "company": "Harbour Broadband",
        "policy": "harbour-broadband/privacy",
        "version": "harbour-broadband/privacy@2025-02-01",
        "title": "Privacy Policy",
        "section": ["Privacy Policy", "Sharing your information"],
        "page": None,
        "effective_from": "2025-02-01",
        "effective_until": None,
        "url": "https://harbour.example/privacy#:~:text=We%20do%20not%20sell",
        "confidence": 0.99,
        **fields,
    }


def answer(status: str, *citations: Json, scope: Mapping[str, object] | None = None) -> Json:
    """Return an answer with these citations, as `nearest` where they may not or do not answer."""
    searched = {"company": None, "as_of": None, "versions": 10, "passages": 169}
    return {
        "id": "3f6c2a9be1d048759a2feaa0",
        "status": status,
        "citations": list(citations) if status == "answered" else [],
        "nearest": list(citations) if status in ("uncertain", "not_covered") else [],
        "parts": [],
        "scope": {**searched, **(scope or {})},
        "took_ms": 6.5,
    }


ANSWERED = answer(
    "answered",
    citation(SELLING, "We do not sell your personal information."),
    citation(
        PERIODS,
        "Information: Call records | How long we keep it: 12 months from the date of the call",
        section=["Privacy Policy", "How long we keep your information"],
    ),
    citation(
        "- to gather or use personal information without a lawful reason; or",
        "to gather or use personal information without a lawful reason; or",
        lead_in="You must not use the services:",
        title="Acceptable Use Policy",
        section=["2. What nobody may do"],
        page=3,
        effective_from="2023-11-20",
        url="https://harbour.example/use.pdf#page=3",
    ),
)
UNCERTAIN = answer("uncertain", *ANSWERED["citations"])
OTHER_LANGUAGE = answer("uncertain", ANSWERED["citations"][0]) | {"language": "ja"}
NOT_COVERED = answer(
    "not_covered",
    citation(SELLING, "We do not sell your personal information."),
    citation(PERIODS, section=["How long we keep your information"]),
)
UNKNOWN = answer("unknown_company", scope={"company": "Zebra Mobile", "versions": 0})
OUT_OF_FORCE = answer(
    "no_version_in_force", scope={"since": "1999-01-01", "until": "2000-01-01", "versions": 0}
)
SEVERAL: Json = {
    **ANSWERED,
    "parts": [
        {**ANSWERED, "id": "1" * 24, "question": "Do you sell my data?"},
        {**UNCERTAIN, "id": "2" * 24, "question": "And my location?"}
        | {"read_as": "Do you sell my location?"},
        {
            **NOT_COVERED,
            "id": "3" * 24,
            "question": "Do you sell pizza?",
            "scope": {**ANSWERED["scope"], "company": "Ash"},
        },
    ],
    "left_out": ["And what does it cost?"],
}
COMPARED: Json = {
    **ANSWERED,
    "parts": [
        {**ANSWERED, "scope": {**ANSWERED["scope"], "company": "Ash"}, "question": "Who sells?"},
        {
            **NOT_COVERED,
            "scope": {**ANSWERED["scope"], "company": "Birch"},
            "question": "Who sells?",
        },
    ],
}
ROW = answer(
    "answered",
    citation(PERIODS, PERIODS.split("\n")[1], section=["Privacy Policy", "Periods"]),
)
ITEM = answer(
    "answered",
    citation(SELLING, "to other networks, so far as they need it to connect your calls;"),
)
GREETED = answer("no_question", scope={"versions": 0}) | {"remark": "greeting"}
CHANGED = answer("no_question", scope={"versions": 0}) | {
    "remark": "changes",
    "changed": {
        "company": "Ash",
        "title": "Privacy Policy",
        "url": "https://answers.example/v/1?changes=true",
    },
}
STATES: dict[str, Json | None] = {
    "opened": None,
    "answered": ANSWERED,
    "row": ROW,
    "item": ITEM,
    "uncertain": UNCERTAIN,
    "other-language": OTHER_LANGUAGE,
    "several": SEVERAL,
    "compared": COMPARED,
    "greeted": GREETED,
    "changed": CHANGED,
    "unknown": UNKNOWN | {"companies": ["Ash", "Birch"]},
    "out-of-force": OUT_OF_FORCE,
    "not-covered": NOT_COVERED,
}
"""Each state of the widget; None: nothing was asked."""
