"""A message to the questions that it asks: of several in one, of a customer's letter.

What is no question (a greeting, an account number, a signature) is left out. What was said before a
question goes with it where the question alone says too little.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qabot.answering.query.question_things import things
from qabot.answering.query.question_words import WH, WORD
from qabot.word_frequencies import frequency

_AUXILIARY = (
    r"(?:can|could|may|might|do|does|did|is|are|am|was|were|will|would|shall|should|must|"
    r"isn['’]?t|aren['’]?t|don['’]?t|doesn['’]?t|won['’]?t|can['’]?t|wasn['’]?t)"
)
_SUBJECT = (
    r"(?:i|you|we|u|they|he|she|it|there|that|this|these|those|the|a|an|my|your|our|their|his|her|"
    r"any(?:one|body|thing)?|some(?:one|body|thing)?|people|customers?)"
)
_OPENS = rf"(?:{_AUXILIARY} {_SUBJECT}|(?:have|has|had) (?:i|you|we|they|he|she|it|there|any))\b"
_LEAD = (
    r"(?:(?:and|also|so|but|plus|or|then|ok(?:ay)?|oh|hi|hello|hey|please|lastly|finally|"
    r"(?:(?:a|one|two|three|another|more|few|couple of|quick) ){1,3}(?:questions?|things?))\b,? )*"
)
_INTERROGATIVE = re.compile(rf"{_LEAD}(?:{WH}(?:['’]?s)?\b|{_OPENS})", re.IGNORECASE)
_CLAUSE = re.compile(
    rf"{_LEAD}(?:{WH}(?:['’]?s\b|\b.*\b(?:{_AUXILIARY}|have|has|had)\b)|{_OPENS})",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"\b(?:tell (?:me|us)|let (?:me|us) know|explain|confirm|clarify|advise(?: me| us)?|"
    r"(?:i|we)(?: would|['’]d)?(?: \w+ly| therefore| also| just| still)*"
    r"(?: want| like| need| love| wanted) to (?:know|check|find out|ask)|wondering)[,:]? "
    rf"(?=(?:{WH}|if|whether)\b)",
    re.IGNORECASE,
)
_ONE_MORE = re.compile(  # "how long you keep it, whether I can leave, and who sees it"
    rf"(?:,|;)? (?:and |or )?(?=(?:{WH}|whether|if) (?:\w+ ){{1,12}})", re.IGNORECASE
)
_IS_SO = re.compile(
    r"\W*(?:(?:and|but) )?(?:is|are|was) (?:that|this|it) "
    r"(?:right|correct|ok(?:ay)?|true|so|fine|normal)\W*",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:i|we)(?: would|['’]d)?(?: really)? (?:like|want|wish|need|have|am trying|am looking)"
    r"(?: to)?\b|^please (?:cancel|refund|delete|remove|send|change|stop|close)\b",
    re.IGNORECASE,
)
_NEXT = rf"(?={WH} (?:\w+ )?(?:{_AUXILIARY}|have|has) |{_OPENS})"
_JOINT = r",? (?:and|or|but|also|plus)(?: also)?"
_AND = re.compile(  # "what will you pay, and is there a fee to leave?"
    rf"(?:{_JOINT}|;) {_NEXT}", re.IGNORECASE
)
_LISTED = re.compile(rf"(?:{_JOINT}|[;,]) {_NEXT}", re.IGNORECASE)
_OPENING = re.compile(  # where a question opens in words that run on without a stop
    r"\b(?:(?:and|or|but|also|plus|so) ){0,2}(?:if (?:so|not|yes|no) )?(?:"
    r"(?:(?:how|what|which) (?:\w+ ){0,3}?|(?:when|where|why|who) )?"
    rf"(?<!to )(?:(?:can|could|does|did|will|would|should|may|must) {_SUBJECT}|"
    r"do (?:i|you|we|they|the|my|your|people))|"
    r"(?:how|what|when|where) (?:\w+ )?(?:is|are|was|were))\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[?!.;,:–—-]\s")
_RUNS_ON = 20  # words without a stop
_TELLING = 4  # words that tell something
_TOLD = re.compile(  # what tells something begins so, in a message that asks nothing
    r"^\W*(?:(?:so|well|ok|hi|hello|hey|sorry|and|but)\b,? )*"
    r"(?:i|we|my|our|he|she|they|it|it['’]?s|there|some(?:one|body)|nobody)\b",
    re.IGNORECASE,
)
_BEFORE_QUESTION = re.compile(rf"(?:: | [-–—] )(?={WH}\b|{_OPENS})", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\S)\(?(?P<mark>\d{1,2}|[a-h])[.)] (?=\S)")
_BULLET = re.compile(r"^\s*[-*•–] +")
_SENTENCE = re.compile(
    r"(?:(?<=[?!])|(?<=[^\W_][\w)\]”’][.]))(?<!\b(?:st|dr|mr|ms|vs|no|jr|co)\.)(?<!\b(?:mrs|inc|ltd|etc|max|min)\.)"
    r"(?<!approx\.)[\"”’)]*\s+(?=[\"“‘(]*[\w¿¡])",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten tag|bonjour|hola)\b"
    r"[^?.!:,]{0,40}(?:[,!.:]\s*|$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(  # from here on nothing is asked
    r"^\W*(?:(?:many |kind(?:est)? |best |warm |with )?(?:thanks|thank you|regards|wishes)(?: in "
    r"advance| so much| and (?:kind |best )?regards)?|yours(?: \w+)?|sincerely|cheers|best|"
    r"sent from my \w+|get outlook for .*|mit freundlichen grüßen|viele grüße|cordialement|saludos)"
    r"(?:,(?: (?-i:[A-Z][\w.'’-]*)){1,2})?\W*$|^-- ?$|^_{5,}$",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^\s*>+ ?", re.MULTILINE)
_QUOTED = re.compile(
    r"^\s*>|^On .{5,80} wrote:$|^(?:From|Sent|To|Cc|Subject|Date): ", re.IGNORECASE
)
_REFERENCE = re.compile(  # "My account number is 12345.", "Order no. A-77123"
    r"\b(?:account|order|customer|reference|ref|invoice|ticket|contract|policy|booking|member(?:ship)?"
    r"|case|phone|mobile|tel)(?: (?:number|no|nr|id))?\b\W*(?:is|was|:|#)?\W*[\w/-]*\d[\w/-]{2,}",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^\W*(?:thanks|thank you|many thanks|cheers|i (?:hope|look forward)|looking forward|"
    r"please (?:help|advise|get back|reply|respond)|my name is)\b",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(  # it asks on of what the question before it asks
    rf"{_LEAD}(?:if (?:yes|no|so|not)\b|otherwise\b|{WH}\W*$)", re.IGNORECASE
)
_MOST_CONTEXT = 260  # characters of what was said before
_ONE_LINE = 200  # characters of a message that is put whole
_COMMON = 5.5  # Zipf: what is more frequent tells little
_EMPTY_WORDS = (
    "i you we they he she it me us them him her my your our their his its this that these those "
    "there here the a an any some one ones and or but also so if whether what when where who whom "
    "whose which why how can could may might do does did is are am was were will would shall "
    "should have has had must be been being get got to of for in on at by with from about as not "
    "no yes much many long often soon far happen happens then than tell know please too just"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_POINTS_BACK = re.compile(r"\b(?:it|this|that|they|them|these|those)\b(?! \w+ing\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageQuestion:
    """A question of a message."""

    question: str  #: as it stands there
    read_as: str  #: with what was said before it, where it needs that


def questions_in(message: str) -> tuple[MessageQuestion, ...]:
    """Return the questions that a message asks, in order; at least one.

    A message that asks one thing in one line is returned as it is.
    """
    is_line = len(message.strip().splitlines()) < 2 and len(message) <= _ONE_LINE
    pieces = [piece for line in _body(message) for piece in _pieces(line)]
    asked = list(_grouped(pieces))
    if not asked and _QUOTE.search(message):  # a customer's words, handed on
        pieces = [piece for line in _body(_QUOTE.sub("", message)) for piece in _pieces(line)]
        asked = list(_grouped(pieces))
    if len(asked) > 1:
        return tuple(asked)
    if is_line:
        return (MessageQuestion(message, message),)
    if asked:
        return tuple(asked)
    whole = " ".join(pieces) or message
    return (MessageQuestion(whole, whole),)


def told_in(message: str) -> str:
    """Return what a message tells that asks nothing: "my husband died on Sunday"; else ""."""
    pieces = [piece for line in _body(message) for piece in _pieces(line)]
    asks = any(one.search(piece) for piece in pieces for one in (_WISH, _OPENING))
    asks = asks or any(map(_is_question, pieces))
    whole = " ".join(pieces)
    tells = _TOLD.match(whole) and len(whole.split()) >= _TELLING
    return whole if tells and not asks else ""


def _body(message: str) -> Iterator[str]:
    """Yield the lines of a letter without greeting, reference numbers, closing and quoted mails."""
    is_begun = False
    for line in message.splitlines():
        if is_begun and _CLOSING.match(line):
            return
        is_begun = is_begun or bool(line.strip())
        said = "" if _QUOTED.match(line) else _GREETING.sub("", line.strip(), count=1)
        if said.strip():
            yield said.strip()


def _pieces(line: str) -> Iterator[str]:
    """Yield the sentences of a line, each number of an enumeration for itself."""
    marks = list(_NUMBER.finditer(line))
    starts = [mark["mark"].lower() for mark in marks]
    if starts[:2] in (["1", "2"], ["a", "b"]) or (starts and marks[0].start() == 0):
        cuts = [0, *(mark.start() for mark in marks), len(line)]
        lines = [
            _NUMBER.sub("", line[start:end], count=1)
            for start, end in zip(cuts, cuts[1:], strict=False)
        ]
    else:
        lines = [_BULLET.sub("", line)]
    for one in lines:
        for sentence in _SENTENCE.split(one):
            if sentence and any(character.isalnum() for character in sentence):
                yield from _said_and_asked(sentence.strip())


def _said_and_asked(sentence: str) -> list[str]:
    """Take what is said apart from what is asked: "No signal since Monday: what will you pay?".

    So too where several questions run on without a stop, as people type them.
    """
    if len(sentence.split()) >= _RUNS_ON and not _STOP.search(f"{sentence} "):
        opens = [one.start() for one in _OPENING.finditer(sentence)]
        if len(opens) > 1:
            said = sentence[: opens[0]].strip()
            if len(said.split()) < _TELLING:
                opens[0], said = 0, ""
            cuts = [*opens, len(sentence)]
            parts = [_ended(sentence[a:b]) for a, b in zip(cuts, cuts[1:], strict=False)]
            return [said, *parts] if said else parts
    said, *asked = _BEFORE_QUESTION.split(sentence, maxsplit=1)
    return [sentence] if not asked or _INTERROGATIVE.match(said) else [said, *asked]


def _grouped(pieces: Sequence[str]) -> Iterator[MessageQuestion]:
    """Yield the questions among pieces, those that go on asking together with the one before."""
    wishes = not any(_is_question(piece) for piece in pieces)
    said: list[str] = []
    asked: list[MessageQuestion] = []
    for piece in pieces:
        if _is_question(piece) or (wishes and _WISH.search(piece)):
            for clause in _clauses(piece):
                if asked and _DEPENDENT.match(clause):
                    before = asked.pop()
                    together = f"{before.question} {clause}"
                    read_as = f"{before.read_as} {clause}"
                    asked.append(MessageQuestion(together, read_as))
                else:
                    asked.append(MessageQuestion(clause, _with(said, clause)))
                if _INDIRECT.search(piece):  # "whether I can leave, and what that costs"
                    said = []
            said = []  # what comes next goes on from what was asked
        elif not (_REFERENCE.search(piece) or _POLITE.match(piece)):
            said.append(piece)
    return iter(asked)


def _is_question(piece: str) -> bool:
    if _IS_SO.fullmatch(piece):
        return False  # "Is that right?" asks for nothing that a policy says
    return (
        piece.rstrip('"”’) ').endswith("?")
        or bool(_INTERROGATIVE.match(piece))
        or bool(_INDIRECT.search(piece))
    )


def _clauses(sentence: str) -> list[str]:
    """Return the questions that a sentence joins with "and", where each can stand alone."""
    indirect = list(_INDIRECT.finditer(sentence))
    if indirect:
        asked = sentence[indirect[-1].end() :]
        clauses: list[str] = []
        for one in _ONE_MORE.split(asked):
            is_empty = not _words(one) - _EMPTY
            if clauses and is_empty and len(one.split()) > _TELLING:  # "how long I have to do so"
                clauses[-1] += f" {one.strip(' ,;')}"
            elif one.strip(" ,;.?"):
                clauses.append(one.strip(" ,;"))
        tells = all(_words(one) - _EMPTY for one in clauses)
        return [_ended(one) for one in clauses] if len(clauses) > 1 and tells else [sentence]
    if not _AND.search(sentence):
        return [sentence]
    clauses = _LISTED.split(sentence)
    asks = all(_CLAUSE.match(clause) and _words(clause) - _EMPTY for clause in clauses)
    return [_ended(clause) for clause in clauses] if asks else [sentence]


def _ended(clause: str) -> str:
    whole = clause[:1].upper() + clause[1:].rstrip(" ,;")
    return whole if whole.endswith(("?", ".", "!")) else f"{whole}?"


def with_told(told: str, question: str) -> str:
    """Put what a message of its own told in front of a question that names no thing itself."""
    says_enough = things(question) or not _is_question(question) or _DEPENDENT.match(question)
    return question if says_enough else f"{told}: {question}"


def _with(said: Sequence[str], question: str) -> str:
    """Put in front of a question what was said before it, where it tells too little alone."""
    telling = [word for word in _words(question) - _EMPTY if frequency(word) < _COMMON]
    if not said or (len(telling) > 1 and not _POINTS_BACK.search(question)):
        return question
    context = said[-1]
    for one in reversed(said[:-1]):
        if len(one) + len(context) >= _MOST_CONTEXT:
            break
        context = f"{one} {context}"
    end = "" if context.endswith((".", "!", ",", ";", ":")) else ":"
    return f"{context[-_MOST_CONTEXT:].strip()}{end} {question}"


def _words(text: str) -> set[str]:
    return {word[0].lower() for word in WORD.finditer(text)}
