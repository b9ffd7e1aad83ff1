"""Another thing in the place of one that was asked about: "and text messages?"."""

import re
from collections.abc import Callable, Sequence

from qabot.answering.query.company_names import CompanyNames, Mention
from qabot.answering.query.question_things import AUXILIARY, DETERMINERS, Thing, things
from qabot.answering.query.question_words import found_before
from qabot.word_frequencies import frequency

Similarity = Callable[[str, str], float]
"""Returns how alike two phrases are in meaning, at most 1."""

PREPOSITION = re.compile(
    r"\b(?:for|with|without|in|on|at|from|to|by|after|before|during|within|outside|over|under|"
    r"about|as|per)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:customers?|users?|members?|children|kids|students?|adults?|seniors?|pensioners?|business(?:es)?|"
    r"companies|firms?|tenants?|guests?|visitors?|employees?|teachers?|families|residents?)\b",
    re.IGNORECASE,
)
_DOES = re.compile(rf"\b{AUXILIARY}\s+(?:it(?:,| and| or|, or)\s+)*$", re.IGNORECASE)
_MOST = 6  # things of a question that another may take the place of: the last ones
_LIKE_KIND = 0.5  # similarity of what takes the place of a thing's kind alone
_MORE = 0.05  # that it is to be more than that to the whole thing, or to what it is a kind of
_OR = re.compile(r" (?:and|or|versus|vs) ")
_A = re.compile(r"\ban? $", re.IGNORECASE)
_IT = re.compile(r"\bit\b", re.IGNORECASE)
_ONE = re.compile(r"\bone(?P<several>s)?$", re.IGNORECASE)


def of_another(
    before: str, rest: str, names: CompanyNames, similarity: Similarity, least: float
) -> str | None:
    """Put another thing, `rest`, into the place of the one most like it.

    It is None where no thing that `before` asks about is as alike as `least`. "ones" stands for
    the last of them: "opened ones". No company is a thing.
    """
    if preposition := PREPOSITION.match(rest):
        return _with_preposition(before, rest, preposition[0], names)
    if are_people(rest):
        who = _PEOPLE.search(before)
        if who is None:
            return None
        opening = before[: who.start()]
        opening = _A.sub("", opening) if rest.endswith("s") else opening
        return f"{opening}{rest}{before[who.end() :]}"
    found = _things(before, names)[-_MOST:]
    if not found:
        it = _IT.search(before) if rest.partition(" ")[0].lower() in DETERMINERS else None
        return f"{before[: it.start()]}{rest}{before[it.end() :]}" if it else None
    if one := _ONE.search(rest):
        head = before[found[-1].start : found[-1].end].rpartition(" ")[2].lower()
        if one["several"] and not head.endswith("s"):
            head += "s"
        is_word = frequency(head) > 0  # no "postages"
        return _replaced(before, found[-1], f"{rest[: one.start()]}{head}") if is_word else None
    likeness = [similarity(rest, before[thing.bare : thing.end]) for thing in found]
    best = max(range(len(found)), key=likeness.__getitem__)
    if kind := _of_another_kind(before, rest, found[best], likeness[best], similarity):
        return kind
    if likeness[best] < least:
        return None
    if found[0].start == 0 and not before[found[0].end :].strip(" ?.!"):
        return _of_phrase(before.rstrip(" ?.!"), rest)
    return _replaced(before, found[best], rest)


def are_people(phrase: str) -> bool:
    """Tell whether a phrase is a kind of people alone: "business customers"."""
    last = phrase.rpartition(" ")[2]
    return len(phrase.split()) < 3 and _PEOPLE.fullmatch(last) is not None


def names_people(phrase: str) -> bool:
    """Tell whether a phrase names a kind of people: "do students pay?"."""
    return _PEOPLE.search(phrase) is not None


def _things(question: str, names: CompanyNames, start: int = 0) -> list[Thing]:
    """Return the things that a question asks about from `start` on, no company among them."""
    whose = names.mentions(question)
    return [
        one
        for one in things(with_pronouns(question, whose)[start:], start)
        if all(one.start >= name.end or one.end <= name.start for name in whose)
        or all(one.bare < name.start or name.end < one.end for name in whose)
    ]


def with_pronouns(question: str, companies: Sequence[Mention]) -> str:
    """Return a question with "it" for each company that does something, at the same places.

    So that what the company does is no part of the thing: "does it keep (call records)".
    """
    for name in companies:
        if name.end - name.start > 1 and found_before(_DOES, question, name.start):
            pronoun = "it".rjust(name.end - name.start)
            question = question[: name.start] + pronoun + question[name.end :]
    return question


def _with_preposition(before: str, rest: str, preposition: str, names: CompanyNames) -> str:
    """Put "in France" into the place of "in Spain", or behind what was asked."""
    same = re.search(rf"\b{preposition} ", before, re.IGNORECASE)
    found = _things(before, names, same.end())[:1] if same else []
    if not same or not found:
        return f"{before.rstrip(' ?.')} {rest}?"
    return f"{before[: same.end()]}{rest[len(preposition) :].strip()}{before[found[0].end :]}"


def _of_another_kind(
    before: str, rest: str, thing: Thing, whole: float, similarity: Similarity
) -> str | None:
    """Put "a dog" into the place of "cat" in "a cat spay".

    None where it is not clearly more like the cat than like the spay, and than like a cat spay,
    which `whole` says.
    """
    kind, *others = before[thing.bare : thing.end].split()
    if len(others) != 1:
        return None
    (head,) = others
    first, _, behind = rest.partition(" ")
    bare = behind if first.lower() in DETERMINERS else rest
    if kind.lower() not in _OR.split(bare.lower())[:-1]:  # else it is "premium and standard"
        if " " in bare or bare.endswith("s"):
            return None
        least = max(_LIKE_KIND, whole + _MORE, similarity(bare, head) + _MORE)
        if similarity(bare, kind) < least:
            return None
    return _replaced(before, thing, f"{rest} {head}")


def _of_phrase(before: str, rest: str) -> str:
    """Put another word in front of what a phrase without a verb is about: "express delivery"."""
    head = before.split()[len(rest.split()) :]
    are_both_things = rest.endswith("s") and bool(head) and head[-1].endswith("s")
    return rest if are_both_things else " ".join([rest, *head])  # "calls" after "text messages"


def _replaced(before: str, thing: Thing, rest: str) -> str:
    """Return a question with `rest` for a thing, and the determiner that goes with it."""
    determiner = before[thing.start : thing.bare]
    is_one = determiner.lower() in ("a ", "an ")
    is_told = rest[0].isdigit() or rest.split()[0].lower() in DETERMINERS
    if is_told or (is_one and rest.endswith("s")):
        determiner = ""
    elif is_one:
        determiner = "an " if rest[0].lower() in "aeiou" else "a "
    behind = before[thing.end :]
    last = f" {rest.rpartition(' ')[2]}"
    if re.match(rf"{re.escape(last)}\b", behind, re.IGNORECASE):  # "5 days before" of "45 days"
        behind = behind[len(last) :]
    return before[: thing.start] + determiner + rest + behind
