"""A follow-up to the whole question that it stands for, by what was asked before it.

"and text messages?" after "How long do you keep call records?" is read as "How long do you keep
text messages?". Four kinds are told apart by their form: another thing, company or day ("what about
Vonage?", "and in 2018?"), another question word ("for how long?"), and one that points back ("can I
cancel it?"). What is none of these is a new question, and returned as it is.
"""

import re
from collections.abc import Sequence
from datetime import date
from math import inf

from qabot.answering.query.another_thing import PREPOSITION, Similarity, are_people, of_another
from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.language import language_unlike
from qabot.answering.query.pointing_back import ALL_OF_THEM, action_in, pointed
from qabot.answering.query.question_dates import find_dates
from qabot.answering.query.question_things import AUXILIARY, WORD
from qabot.answering.query.remarks import remark_of
from qabot.answering.query.understanding import understand
from qabot.answering.query.well_known import well_known
from qabot.word_frequencies import is_ordinary

_WH = r"(?:what|when|where|who|whom|whose|which|why|how)"
_OPENING = r"\W*(?:(?:ok|okay|thanks|thank you|so|no|sorry)\b,? )*"
_STOP = re.compile(r"[,.!:;–-]+ ")
_ONE_MORE = (
    r"(?:(?:what|how) about|and|n|or|but|also|(?:the )?same (?:question )?(?:for|at)|"
    r"(?:is|are|was|were) (?:it|that|this|they|those) (?:also )?the same(?: (?:for|with|at)|"
    r"(?= in\b))|(?:i|we) (?:meant?|said))\b"
)
_LEAD = re.compile(
    rf"^{_OPENING}(?:(?:and|but|also|so|then|or)\b,? )*(?:{_ONE_MORE},? )?", re.IGNORECASE
)
_GOES_ON = re.compile(rf"^{_OPENING}{_ONE_MORE}", re.IGNORECASE)
_SENTENCE = re.compile(rf"\b(?:{AUXILIARY}|{_WH}s?)\b", re.IGNORECASE)
_HOW = re.compile(  # "for how long", "since when", "to whom", "how much", "who with"
    rf"(?:(?:for|since|until|till|by|with|from|to|at|on|in|under|over|after|before|within) )?{_WH}"
    r"(?: (?:so|long|much|many|often|soon|far|quickly|fast|exactly|with|for|to|from|not|else|ones?|"
    r"hours?|days?|weeks?|months?|times?|kinds?|way|before|after|in advance))*",
    re.IGNORECASE,
)
_YES_NO = re.compile(rf"(?:{AUXILIARY}|{AUXILIARY}n['’]?t)\b", re.IGNORECASE)
_ASKING = re.compile(  # how a question asks, up to its verb
    rf"(?:(?:for|since|until|by|with|from|to|at|on|in|under) )?{_WH}\b(?:(?! {AUXILIARY}\b).)*? "
    rf"(?={AUXILIARY}\b)",
    re.IGNORECASE,
)
_THEIRS = re.compile(r"\bthe(?:y|i(r))\b", re.IGNORECASE)
_AT = re.compile(r" (?:at|from|of|for|with|by)$", re.IGNORECASE)
_SAYS = re.compile(r"(?:i|we|you|he|she|they|it)\b", re.IGNORECASE)
_DONE = re.compile(r"\w+ (?:it|them|that)(?: \w+)?", re.IGNORECASE)
_IF = re.compile(r"\bif ", re.IGNORECASE)
_THERE_IS = re.compile(r"^(?P<verb>is|are) there (?:an?|any) (?P<what>.+)", re.IGNORECASE)
_WITH_WHOM = re.compile(r"(?P<who>who|whom|what) (?P<with>to|with|for|from)", re.IGNORECASE)
_SAYS_SO = re.compile(r"\b(?:says?|said|sure|mean) (?:that|so|this|it)\b", re.IGNORECASE)
_UNFINISHED = re.compile(  # "is there a charge?", "how long do I have?"
    r"(?:is|are) there (?:an?|any) (?:extra )?(?:charge|fee|cost|limit|deadline|penalty|catch)s?|"
    r"how (?:long|much time|many days|soon) (?:do|would|will) (?:i|we|you|they) have|"
    r"what (?:does|will|would) (?:it|that) cost|how much (?:is|does) (?:it|that)(?: cost)?|"
    r"what (?:do|would|will) (?:i|we|you|they) (?:need|have to do|do)(?: for (?:that|it))?",
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
_LEAST = 0.1  # similarity of what takes another's place after "what about"; of others it is less
_ALIKE = 0.4  # of what takes another's place without a word that says so: "cats?" after dogs
_FRAGMENT = 3  # words of it
_LONGEST = 12  # words of a follow-up; what is longer says enough


def read_with(
    question: str,
    earlier: Sequence[str],
    *,
    names: CompanyNames,
    today: date,
    similarity: Similarity,
) -> str:
    """Return what a question asks, read with those before it, the oldest first.

    Each of those is a whole question. A question that stands for itself is returned as it is.
    """
    before = next((one.strip() for one in reversed(earlier) if one.strip()), "")
    if not before or len(WORD.findall(question)) > _LONGEST:
        return question
    asked = _without_remark(question.strip())
    of_company, before = _company_in_front(before, names)
    read = _read(asked, before, names, today, similarity)
    if read == asked:
        return question
    read = read if read.endswith(("?", ".", "!")) else f"{read}?"
    if names.mentions(read) or _may_be_company(read.partition(":")[0]):
        return read
    whose = [of_company] if of_company else []
    whose += [before[one.start : one.end] for one in names.mentions(before)]
    return f"{_nominative(whose[0])}: {read}" if len(whose) == 1 else read


def _company_in_front(question: str, names: CompanyNames) -> tuple[str, str]:
    """Return the company named in front of a question, "" where none is, and the rest of it.

    So it is in what was read before: "Twilio: do you sell my data?".
    """
    company, colon, rest = question.partition(": ")
    known = [one.end - one.start for one in names.mentions(company)]
    is_company = known == [len(company)] or _may_be_company(company)
    return (company, rest) if colon and is_company else ("", question)


def _read(
    question: str, before: str, names: CompanyNames, today: date, similarity: Similarity
) -> str:
    rest = _LEAD.sub("", question.strip(), count=1).strip(" ?.!,")
    if not rest:
        return question
    if outright := _outright(question, rest, before, names):
        return outright
    goes_on = _GOES_ON.match(question)
    if goes_on and _IF.match(rest):
        unless = before[: found.start()] if (found := _IF.search(before)) else before
        return f"{unless.rstrip(' ?.,')} {rest}?"
    if _SENTENCE.search(rest) or (goes_on and _SAYS.match(rest)):
        read = pointed(rest, before, names)
        return question if read == rest else read
    joint = goes_on[0].lower() if goes_on else ""
    return _of_fragment(before, rest, joint, names, today, similarity) or question


def _without_remark(question: str) -> str:
    """Return a question without what is only said in front of it: "great, and chats?"."""
    stop = _STOP.search(question)
    if stop is None or remark_of(question[: stop.start()]) is None:
        return question
    return question[stop.end() :]


def _of_fragment(
    before: str, rest: str, joint: str, names: CompanyNames, today: date, similarity: Similarity
) -> str | None:
    """Read what is no sentence: another thing, company, day or deed; None where it is none.

    `joint` is what says that it goes on ("and"), "" where nothing does.
    """
    if joint and (does := action_in(before)) and _DONE.fullmatch(rest):
        return f"{before.rstrip(' ?.!').removesuffix(does)}{pointed(rest, before, names)}?"
    if elsewhere := _elsewhere(before, rest, names, today, similarity):
        return elsewhere
    if joint and (both := _of_both(before, rest, names, today, similarity)):
        return both
    least = _least(rest, joint)
    if "," in rest or least == inf or (not joint and language_unlike(rest, [before])):
        return None
    if asked := of_another(before, rest, names, similarity, least):
        return asked
    return f"{before.rstrip(' ?.')} for {rest}?" if are_people(rest) else None


def _least(rest: str, joint: str) -> float:
    """Return how alike what takes another's place must be, by what stands before it."""
    if PREPOSITION.match(rest) or (joint and "about" not in joint):
        return -1
    if joint:
        return _LEAST
    return _ALIKE if len(WORD.findall(rest)) <= _FRAGMENT else inf


def _outright(question: str, rest: str, before: str, names: CompanyNames) -> str | None:
    """Read what its own form tells: a number, an unfinished question, a question word alone."""
    if _SAYS_SO.search(rest):
        return question
    if _CONFIRMED.fullmatch(rest):
        return before
    of_several = _BETTER.fullmatch(rest) or ALL_OF_THEM.fullmatch(rest)
    if of_several and len(names.mentions(before)) > 1:
        return before
    if rest.isdecimal():
        return _of_another_number(before, rest) or question
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
    if known := _ASKING.match(before):
        asked = before[known.end() :]
        costs = re.sub(r"\btakes?\b", "cost", asked) if "much" in asking else asked
        return f"{asking} {costs}"
    does = action_in(before)
    if "much" in asking and does and not does.startswith(("pay", "have to ", "need to ")):
        return f"{asking} does it cost to {does}?"
    if (there := _THERE_IS.match(before)) and "much" in asking:
        return f"{asking} {there['verb'].lower()} the {there['what']}"
    return f"{asking} {_lowered(before)}" if _YES_NO.match(before) else f"{before} {asking}?"


def _elsewhere(
    before: str, rest: str, names: CompanyNames, today: date, similarity: Similarity
) -> str | None:
    """Ask the same of another company, or of other days; None where `rest` names neither.

    What may be a company that is not known is none where it is like what was asked about.
    """
    dates = find_dates(rest, today)
    undated = rest
    for start, end in reversed(dates.places):
        undated = undated[:start] + undated[end:]
    company = PREPOSITION.sub("", undated.strip(" ,"), count=1).strip(" ,")
    company = _nominative(company)
    if not (company or dates.places):
        return None
    asked = _undated(before, today)
    whole = understand(asked, names, today)
    found = [one for one in names.mentions(company) if one.end - one.start == len(company)]
    if company and not (found or names.called(company)):
        is_thing = not whole.unknown and of_another(before, company, names, similarity, _ALIKE)
        if is_thing or not _may_be_company(company):
            return None
    if company:
        asked = _THEIRS.sub(r"you\1", whole.question)
    if dates.places:
        days = " ".join(rest[start:end].strip() for start, end in dates.places)
        asked = f"{asked.rstrip(' ?.')} {days}?"
    return f"{company}: {asked}" if company else asked


def _of_both(
    before: str, rest: str, names: CompanyNames, today: date, similarity: Similarity
) -> str | None:
    """Ask for another thing of another company: "and Nymgo's text messages?"."""
    named = names.mentions(rest)
    if len(named) != 1:
        return None
    (one,) = named
    if one.start == 0:
        thing = rest[one.end :].strip(" ,")
    elif one.end == len(rest):
        thing = _AT.sub("", rest[: one.start].strip(" ,"))
    else:
        return None
    if not thing:
        return None
    asked = _THEIRS.sub(r"you\1", understand(before, names, today).question)
    read = of_another(asked, thing, names, similarity, -1)
    return f"{_nominative(rest[one.start : one.end])}: {read}" if read else None


def _of_another_number(before: str, number: str) -> str | None:
    """Put a number into the place of the only one that was asked about."""
    known = re.findall(r"\d+", before)
    return before.replace(known[0], number) if len(known) == 1 else None


def _may_be_company(phrase: str) -> bool:
    """Whether a phrase that stands alone is the name of a company that is not known."""
    words = phrase.split()
    are_names = all(word[0].isupper() and not is_ordinary(word.lower()) for word in words)
    return bool(well_known(phrase)) or (0 < len(words) < 4 and are_names)


def _undated(question: str, today: date) -> str:
    for start, end in reversed(find_dates(question, today).places):
        question = question[:start].rstrip() + question[end:]
    return question


def _nominative(name: str) -> str:
    return re.sub(r"['’]s?$", "", name)


def _lowered(question: str) -> str:
    return question[0].lower() + question[1:] if question[:2] not in ("I ", "I'") else question
