"""Answers of each grade, for the OpenAPI document.

No field of them is null: FastAPI leaves out of its document what is.
"""

from typing import Any

from qabot.service.contract import line_fields

_QUOTE = (
    "Once a number has moved, we close the account that it belonged to. We keep the call records "
    "of the account for 12 months from the date of the call."
)
_SENTENCE = "We keep the call records of the account for 12 months from the date of the call."
_START = 2_140  # of the quote in the version's text
_FIRST = _START + _QUOTE.index(_SENTENCE)
_CITATION = {
    "quote": _QUOTE,
    "start": _START,
    "end": _START + len(_QUOTE),
    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "highlight": [{"start": _FIRST, "end": _FIRST + len(_SENTENCE), "text": _SENTENCE}],
    "lines": line_fields(_QUOTE, _START),
    "company": "Larkfield Telecom",
    "policy": "larkfield-telecom/number-porting",
    "version": "larkfield-telecom/number-porting@2024-04-02",
    "title": "Number Porting Policy",
    "section": ["Number Porting Policy", "After the move"],
    "page": 2,
    "effective_from": "2024-04-02",
    "effective_until": "2026-01-01",
    "url": "https://www.larkfield.example/legal/porting.pdf#page=2",
    "confidence": 0.93,
}
_SCOPE = {
    "company": "Larkfield Telecom",
    "as_of": "2024-10-01",
    "versions": 9,
    "passages": 169,
}


def _answer(status: str, **fields: object) -> dict[str, Any]:
    empty = {"citations": [], "nearest": [], "parts": [], "scope": _SCOPE, "took_ms": 4.2}
    return {"id": "9f86d081884c7d659a2feaa0", "status": status, **empty, **fields}


EXAMPLES: dict[str, dict[str, Any]] = {
    "answered": {
        "summary": "The citation answers.",
        "value": _answer("answered", citations=[_CITATION]),
    },
    "uncertain": {
        "summary": "What is nearest may answer: somebody has to check.",
        "value": _answer("uncertain", nearest=[_CITATION | {"confidence": 0.41}]),
    },
    "uncertain, in another language": {
        "summary": "The question is in German, the policies searched are not.",
        "value": _answer("uncertain", language="de", nearest=[_CITATION | {"confidence": 0.38}]),
    },
    "not_covered": {
        "summary": "The policies searched do not answer.",
        "value": _answer("not_covered"),
    },
}
