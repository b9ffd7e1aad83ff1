"""Abbreviations in questions, written out: "r u gdpr compliant", "acct", "T&Cs".

What only people who type have ("acct") is replaced. An abbreviation that a policy may have as well
("GDPR") is kept, and its meaning is put behind it in parentheses.
"""

import re

_TYPED = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "msg": "message",
    "msgs": "messages",
    "acct": "account",
    "accts": "accounts",
    "addr": "address",
    "pw": "password",
    "pwd": "password",
    "hrs": "hours",
    "mins": "minutes",
    "wks": "weeks",
    "mths": "months",
    "yrs": "years",
    "asap": "as soon as possible",
    "approx": "approximately",
    "dont": "don't",
    "cant": "can't",
    "wont": "won't",
    "doesnt": "doesn't",
    "isnt": "isn't",
    "arent": "aren't",
    "didnt": "didn't",
    "whats": "what's",
    "hows": "how's",
    "wheres": "where's",
    "im": "I'm",
    "ive": "I've",
}
_MEANINGS = {
    "2fa": "two-factor authentication",
    "ai": "artificial intelligence",
    "aml": "anti-money laundering",
    "aup": "acceptable use policy",
    "byod": "bring your own device",
    "ccpa": "California Consumer Privacy Act",
    "cctv": "video surveillance",
    "dob": "date of birth",
    "dpa": "data processing agreement",
    "dpo": "data protection officer",
    "dsar": "data subject access request",
    "eula": "end user license agreement",
    "faq": "frequently asked questions",
    "gdpr": "General Data Protection Regulation",
    "isp": "internet service provider",
    "kyc": "know your customer",
    "loa": "leave of absence",
    "mfa": "multi-factor authentication",
    "nda": "non-disclosure agreement",
    "otp": "one-time password",
    "pii": "personally identifiable information",
    "pto": "paid time off",
    "rma": "return authorization",
    "sar": "subject access request",
    "sla": "service level agreement",
    "sms": "text message",
    "ssn": "social security number",
    "tos": "terms of service",
    "tou": "terms of use",
    "t&c": "terms and conditions",
    "t&cs": "terms and conditions",
    "ts&cs": "terms and conditions",
    "vat": "value added tax",
    "voip": "internet telephony",
    "wfh": "work from home",
}


def _any_of(words: dict[str, str]) -> re.Pattern[str]:
    ordered = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<![\w.@&'’/-])(?:{'|'.join(ordered)})(?![\w@&'’/-]|\.\w)", re.IGNORECASE)


_TYPED_WORDS, _MEANING_WORDS = _any_of(_TYPED), _any_of(_MEANINGS)
_WORD = re.compile(r"[^\W\d_]+")


def written_out(question: str) -> str:
    """Return a question with its abbreviations written out, or with their meaning behind them.

    One whose meaning stands in the question already is left alone, the second time as well, as is a
    single letter in capitals, or beside others: "R & D", "plan U".
    """

    is_short = len(_WORD.findall(question)) < 3
    asked = question.lower()
    said: set[str] = set()

    def typed(found: re.Match[str]) -> str:
        short = found[0]
        is_name = len(short) == 1 and (short.isupper() or is_short)
        return short if is_name else _TYPED[short.lower()]

    def explained(found: re.Match[str]) -> str:
        meaning = _MEANINGS[found[0].lower()]
        is_said = meaning.lower() in asked or meaning in said
        said.add(meaning)
        return found[0] if is_said else f"{found[0]} ({meaning})"

    return _MEANING_WORDS.sub(explained, _TYPED_WORDS.sub(typed, question))
