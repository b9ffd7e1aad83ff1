"""Follow-ups whose own form tells what they ask: a number, an unfinished question, "how much?"."""

import re

from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.pointing_back import ALL_OF_THEM, action_in
from qabot.answering.query.question_things import AUXILIARY
from qabot.answering.query.question_words import WH

_HOW = re.compile(  # "for how long", "since when", "to whom", "how much", "who with"
    rf"(?:(?:for|since|until|till|by|with|from|to|at|on|in|under|over|after|before|within) )?{WH}"
    r"(?: (?:so|long|much|many|often|soon|far|quickly|fast|exactly|with|for|to|from|not|else|ones?|"
    r"hours?|days?|weeks?|months?|times?|kinds?|way|before|after|in advance))*",
    re.IGNORECASE,
)
_OF_SOMEBODY = re.compile(rf"({AUXILIARY}) (i|we|you|u|they|he|she|it) ", re.IGNORECASE)
_YES_NO = re.compile(rf"(?:{AUXILIARY}|{AUXILIARY}n['’]?t)\b", re.IGNORECASE)
_ASKING = re.compile(  # how a question asks, up to its verb
    rf"(?:(?:for|since|until|by|with|from|to|at|on|in|under) )?{WH}\b(?:(?! {AUXILIARY}\b).)*? "
    rf"(?={AUXILIARY}\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\w+ )?(\d+)( \w+)?")  # "900", "10 visits", "year 8"
_THERE_IS = re.compile(r"^(?P<verb>is|are) there (?:an?|any) (?P<what>.+)", re.IGNORECASE)
_WITH_WHOM = re.compile(r"(?P<who>who|whom|what) (?P<with>to|with|for|from)", re.IGNORECASE)
_SAYS_SO = re.compile(r"\b(?:says?|said|sure|mean) (?:that|so|this|it)\b", re.IGNORECASE)
_UNFINISHED = re.compile(  # "is there a charge?", "how long do I have?"
    r"(?:is|are) there (?:an?|any) (?:extra )?(?:charge|fee|cost|limit|deadline|penalty|catch)s?|"
    r"how (?:long|much time|many days|soon) (?:do|would|will) (?:i|we|you|they) have|"
    r"what (?:does|will|would) (?:it|that) cost|how much (?:is|does) (?:it|that)(?: cost)?|"
    r"what (?:do|would|will) (?:i|we|you|they) (?:need|have to do|do)(?: for (?:that|it))?|"
    r"how (?:much|many) (?!(?:is|are|does|do|for|of|so|not|to|more|with|in|on|at|a|the|an)\b)\w+|"
    r"(?:what|which) (?:notice|interest|fees?|charges?|documents?|papers?|proof|id|deadline)",
    re.IGNORECASE,
)
_IF_NOT = re.compile(  # "what happens if i dont"
    r"\bif (?:i|we|you|they) (?:do|don['’]?t|do not|can['’]?t|cannot|won['’]?t)$", re.IGNORECASE
)
_CONFIRMED = re.compile(  # "so yes?", "is that a no?"
    r"(?:(?:is )?(?:that|it)(?:['’]?s| is)? )?(?:a )?(?:yes|yeah|no|nope|right|correct)",
    re.IGNORECASE,
)
_BETTER = re.compile(  # "which one is cheaper?" of companies that were compared
    r"(?:which|who)\b.*\b(?:\w{3,}est|more|most|less|least|best|better|longer|shorter|cheaper|"
    r"faster|quicker|higher|lower)(?: \w+)?",
    re.IGNORECASE,
)


def read_by_form(question: str, rest: str, before: str, names: CompanyNames) -> str | None:
    """Read a follow-up whose own form tells what it asks; None where its form tells nothing.

    `rest` is the question without what it is opened with, `before` what was asked before.
    """
    if _SAYS_SO.search(rest):
        return question
    if _CONFIRMED.fullmatch(rest):
        return before
    of_several = _BETTER.fullmatch(rest) or ALL_OF_THEM.fullmatch(rest)
    if of_several and len(names.mentions(before)) > 1:
        return before
    if number := _NUMBER.fullmatch(rest):
        kind, value, unit = number.groups("")
        counted = _of_another_number(before, kind, value, unit)
        if counted or not (kind or unit):
            return counted or question
    if _IF_NOT.search(rest) and (does := action_in(before)):
        return f"{rest} {does.removeprefix('have to ').removeprefix('need to ')}?"
    unfinished = rest.removesuffix(" then")
    if _UNFINISHED.fullmatch(unfinished) and (does := action_in(before)):
        return f"{unfinished} to {does}?"
    return _asked_otherwise(before, rest) if _HOW.fullmatch(rest) else None


def _asked_otherwise(before: str, asking: str) -> str:
    """Ask the same with another question word: "for how long?"."""
    if turned := _WITH_WHOM.fullmatch(asking):
        who = "what" if turned["who"].lower() == "what" else "whom"
        asking = f"{turned['with']} {who}"
    asking = asking[0].upper() + asking[1:]
    if asking == "Why not" and (does_not := _OF_SOMEBODY.match(before)):
        return f"Why {does_not[1].lower()} {does_not[2]} not {before[does_not.end() :]}"
    if known := _ASKING.match(before):
        asked = before[known.end() :]
        costs = re.sub(r"\btakes?\b", "cost", asked) if "much" in asking else asked
        return f"{asking} {costs}"
    does = action_in(before)
    if "How much" in asking and does and not does.startswith(("pay", "have to ", "need to ")):
        return f"{asking} does it cost to {does}?"
    if (there := _THERE_IS.match(before)) and "much" in asking:
        return f"{asking} {there['verb'].lower()} the {there['what']}"
    return f"{asking} {_lowered(before)}" if _YES_NO.match(before) else f"{before} {asking}?"


def _of_another_number(before: str, kind: str, number: str, unit: str) -> str | None:
    """Put a number into the place of the only one of its kind and unit that was asked about."""
    known = list(re.finditer(rf"\b{kind}(\d+){unit}\b", before, re.IGNORECASE))
    if len(known) != 1:
        return None
    return f"{before[: known[0].start(1)]}{number}{before[known[0].end(1) :]}"


def _lowered(question: str) -> str:
    return question[0].lower() + question[1:] if question[:2] not in ("I ", "I'") else question
