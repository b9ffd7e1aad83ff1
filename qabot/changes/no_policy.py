"""Whether a text reads like something else than a policy: a list, an e-mail, minutes of a meeting.

Measured by `python -m tests.benchmarks.no_policies`.
"""

import re

from qabot.canonical import lines
from qabot.chunking.sentences import sentences
from qabot.records import Version

_HEAD, _TAIL = 600, 400  # characters in which an e-mail begins and ends
_SENTENCE = 7  # words from which on a line is more than an item of a list
_SHORT = 3  # words from which on one is that ends as a sentence does
_TOLD = 0.62  # share of the words that stand in such sentences, below which a text is a list
_LINES = 4  # from which on it can be one
_WORDS = 40  # from which on a text without any rule is no policy
_RULED = 0.03  # share of sentences with a word of rules, below which it has none
_ENGLISH = 0.12  # share of the commonest words from which on a text is English

_SUBJECT = re.compile(r"(?:^|\s)(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp): ?\S")
_SENDER = re.compile(r"(?:^|\s)(?:From|To|Cc|Sent|Von|An|De|À|Para|Da|Van|Aan): ?\S")
_GREETING = re.compile(
    r"\s*(?:Hi|Hello|Hey|Hallo|Bonjour|Hola|Ciao|Good morning|Liebe[rs]?|"
    r"Dear(?! (?:valued |all )?(?:customer|user|guest|member|client|visitor|reader|employee)))"
    r"(?: [\w.'’ -]{1,40})?\s*[,!\n]",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:^|\n)[^\n]{0,30}\b(?:(?:best|kind|warm) (?:regards|wishes)|regards|cheers|sincerely|"
    r"best,|thanks,|many thanks|viele grüße|liebe grüße|mit freundlichen grüßen|cordialement|"
    r"bien à vous|saludos|groeten)\b",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"(?:^|\s)(?:Attendees|Present|In attendance|Apologies|Absent|Participants|Anwesend|"
    r"Teilnehmer(?:innen)?|Entschuldigt|Présents|Excusés|Asistentes|Aanwezig)\s*:",
)
_MINUTED = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:(?:meeting )?minutes|(?:meeting|call) notes|agenda|actions?|"
    r"action items?|aob|any other business|next meeting|apologies|weekly \w+|stand-?up|protokoll|"
    r"nächste sitzung|compte[- ]rendu|procès-verbal|prochaine réunion|acta|notulen)\b",
    re.IGNORECASE | re.MULTILINE,
)
_MINUTES_OF = re.compile(
    r"^\W*(?:meeting minutes|minutes of (?:the|a|our)|minutes [-–:,]|protokoll (?:der|des)|"
    r"compte[- ]rendu de|procès-verbal|acta de (?:la )?reunión)",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(
    r"\b(?:must|shall|may|can(?:not)?|should|will|need|requir\w+|agree\w*|entitled|allow\w*|"
    r"permit\w*|prohibit\w*|polic(?:y|ies)|terms|rights?|responsib\w+|liab\w+|notice|consent|"
    r"personal (?:data|information)|request\w*|eligib\w+|appl(?:y|ies)|compl(?:y|iance)\w*|"
    r"your?|we|our|us|never|not)\b",
    re.IGNORECASE,
)
_COMMON = re.compile(r"\b(?:the|of|and|to|in|a|is|for|on|with)\b", re.IGNORECASE)


def reads_like(version: Version) -> str | None:
    """Return as what a text reads that is no policy: "an e-mail", "a list"; None: as a policy."""
    text = version.text
    if _is_mail(text):
        return "an e-mail"
    if _is_minutes(text):
        return "the minutes of a meeting"
    told = [text[a:b] for a, b in _sentences(version)]
    lengths = [len(one.split()) for one in told]
    words = sum(lengths)
    in_sentences = sum(len(one.split()) for one in told if _is_sentence(one))
    if in_sentences < _TOLD * words and len(told) >= _LINES:
        return "a list"
    whole = [one for one, n in zip(told, lengths, strict=True) if n >= _SENTENCE]
    ruled = sum(bool(_RULE.search(one)) for one in whole)
    is_english = len(_COMMON.findall(text)) >= _ENGLISH * words
    if is_english and words >= _WORDS and ruled < _RULED * len(whole):
        return "a text without any rule"
    return None


def _is_sentence(text: str) -> bool:
    """Tell whether it says something, or is no more than an item: "Wear closed shoes." says it."""
    words = len(text.split())
    return words >= _SENTENCE or (words >= _SHORT and text.endswith((".", "!", "?", ";", ":")))


def _is_mail(text: str) -> bool:
    head, tail = text[:_HEAD], text[-_TAIL:]
    is_headed = bool(_SUBJECT.search(head) and _SENDER.search(head))
    return is_headed or bool(_GREETING.match(head) and _CLOSING.search(tail))


def _is_minutes(text: str) -> bool:
    return bool(_THERE.search(text) and _MINUTED.search(text)) or bool(
        _MINUTES_OF.search(text[:_HEAD]) and _THERE.search(text[: 2 * _HEAD])
    )


def _sentences(version: Version) -> list[tuple[int, int]]:
    """Return where each sentence, item or row begins and ends; headings are none."""
    found: list[tuple[int, int]] = []
    for section in version.sections:
        for line in lines(version.text, section):
            if line.kind == "heading":
                continue
            cuts = list(sentences(version.text, line.body, line.end))
            found += cuts or [(line.body, line.end)]
    return found
