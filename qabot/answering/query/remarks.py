"""What people say to a bot that is no question: thanks, a greeting, "help", "wrong answer"."""

import re
from unicodedata import category

from qabot.records import Remark

_FILLER = (
    r"(?:ok|okay|k|oh|ah|yes|yeah|no|nope|well|so|and|but|very|so|much|many|a lot|again|all|right|"
    r"then|now|please|there|everyone|team|bot|qabot|mate|guys|man|dear|you|sir|madam|for (?:that|"
    r"this|(?:your|the)(?: quick| great)? (?:help|answer|info|information|reply|response|time)|"
    r"letting me know)|both|that(?:['’]?s| is| was)|this is|it(?:['’]?s| is)|very|really|just|"
    r"indeed|you too|bloody|fucking)"
)
_THANKS = (
    r"(?:(?:thanks?(?: you)?|thank u|cheers)(?: (?:(?:so|very) )?much| a lot)?"
    r"(?: for (?:your|the|all|being)(?: (?!(?:what|how|when|where|why|who|which|can|is|do|does|but|"
    r"and|or|if|i)\b)\w+){1,4})?|thx|thnx|ty|tysm|cheers|ta|merci|danke(?: schön)?|gracias|"
    r"grazie|bedankt|obrigad[oa]|got it|understood|great|perfect|cool|nice|awesome|brilliant|"
    r"excellent|lovely|amazing|wow|omg|good (?:bot|job)|great (?:stuff|job)|love it|i see|np|"
    r"no problem|(?:sounds|looks) good|(?:that |it )?makes sense|yes please|helpful|"
    r"(?:that|this|it) (?:helps|helped|works|worked|answers (?:it|(?:my|the) question))|"
    r"(?:all|everything) i (?:need(?:ed)?|wanted(?: to know)?)|that(?:['’]?s| is| was) (?:all|it)|"
    r"no(?: more| other| further)? questions?|nothing else|sorted|done|fine|good|noted|will do|"
    r"appreciate(?:d| it)|"
    r"lol|haha+|never ?mind|nvm|forget (?:about )?it|no worries|brb|"
    r"спасибо(?: большое)?|дякую|dziękuję|dzięki|děkuji|díky|köszönöm|mul[tț]umesc|hvala|tack|"
    r"takk?|"
    r"kiitos|teşekkürler|teşekkür ederim|sağol|ευχαριστώ|תודה|شكرا|ありがとう(?:ございます)?|"
    r"谢谢|謝謝|감사합니다|terima kasih|cảm ơn|shukriya|dhanyavaad|"
    r"bye|goodbye|see you|have a (?:nice|good|great) (?:day|one|weekend)|good ?night)"
)
_GREETING = (
    r"(?:hi+|hello+|hey+|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|morning|"
    r"hallo|guten (?:tag|morgen|abend)|bonjour|bonsoir|salut|hola|buenos días|ciao|buongiorno|"
    r"olá|oi|bom dia|boa tarde|buenas(?: tardes| noches)?|qué tal|ça va|grüß gott|grüezi|moin|"
    r"servus|"
    r"tschüss|hej|hei|hallå|god dag|dzień dobry|cześć|ahoj|dobrý den|szia|jó napot|bună|merhaba|"
    r"selam|"
    r"γεια(?: σας)?|привет|здравствуйте|добрый день|как дела|שלום|مرحبا|السلام عليكم|"
    r"salam(?: alaikum)?|"
    r"assalamu alaikum|namaste|こんにちは|你好|您好|안녕하세요|xin chào|selamat pagi|shalom|aloha|"
    r"how are you(?: doing)?(?: today)?|how(?:['’]s| is) it going|what['’]?s up|sup|anyone there|"
    r"(?:are )?you there|is (?:any(?:one|body)|some(?:one|body)) there|test(?:ing)?(?: 123)?)"
)
_HELP = (
    r"(?:(?:/policy )?help(?: me)?|(?:can|could) (?:you|somebody|someone|anyone) help(?: me)?"
    r"(?: out| with something)?|i need (?:some )?help(?: with something)?|(?:a )?quick question|"
    r"i have (?:a|another|some|a few) (?:quick )?questions?|do you (?:speak|understand) \w+|"
    r"(?:can|could|may) i ask (?:you )?"
    r"(?:something|a question)|what (?:can|do) you (?:do|know)|what can i ask(?: you)?|"
    r"how (?:do|does) (?:you|this|it)(?: thing)? work|how do i use (?:you|this)|"
    r"what (?:is|does) this(?: thing)?(?: do)?|usage|commands?|instructions|"
    r"(?:sorry )?i (?:don['’]?t|do not) (?:understand|get it|know)|(?:please |pls |plz )?explain|"
    r"idk|hmm+|huh|are you sure|sure|y|n|stop|start|menu|options|sorry|"
    r"(?:which|what) (?:companies|policies|documents|shops) (?:do|can) you "
    r"(?:know|have|answer for)|(?:tell me )?a joke|tell me (?:a joke|something)|sing|asdf\w*|"
    r"hilfe|was kannst du|aide|aidez[- ]moi|ayuda|aiuto)"
)
_IDENTITY = (
    r"(?:(?:are|r) (?:you|u) (?:a |an |the )?(?:real |actual )?(?:ro)?(?:bot|human|person|ai|"
    r"machine|chatgpt|computer|real|llm|people)(?: or (?:a |an )?(?:ro)?(?:bot|human|person|ai|"
    r"machine|real))?|(?:am i|is this) (?:talking|speaking|chatting)?(?: to| with)? ?(?:a |an )?"
    r"(?:real )?(?:ro)?(?:bot|human|person|ai|machine)|who (?:are|r) (?:you|u)|what are you|"
    r"who am i (?:talking|speaking|chatting) (?:to|with)|"
    r"what['’]?s your name|what is your name|who (?:made|built) you|"
    r"bist du (?:ein )?(?:bot|mensch|roboter)|wer bist du|es-tu un robot|eres un robot)"
)
_COMPLAINT = (
    r"(?:wrong(?: answer)?|incorrect|not (?:true|helpful|right|correct|what i asked|an answer)|"
    r"(?:that|this|it|you)(?: a|['’])?(?:re|s| is| was| are|) (?:just |simply |totally |so |all )?"
    r"(?:wrong|useless|not (?:true|right|correct|helpful|what i (?:asked|meant|mean))|rubbish|"
    r"nonsense|crap|bullshit|stupid|dumb|shit|ridiculous|"
    r"an? (?:total |complete |absolute )?(?:joke|rip[- ]?off|scam|disgrace|shambles)|unfair|"
    r"unacceptable|disgraceful|pathetic|outrageous|disgusting|terrible|awful|disappointing|"
    r"frustrating)|(?:(?:that|this|it|you) )?(?:doesn['’]?t|does not|"
    r"didn['’]?t|did not) (?:help|understand(?: me)?|answer (?:it|(?:my|the) question))|you suck|"
    r"idiots?|wtf is this|you (?:didn['’]?t|did not) answer"
    r"(?: (?:my|the) question| me)?|useless|rubbish|bad (?:bot|answer)|stupid bot|"
    r"falsch|falsche antwort|faux|mauvaise réponse|wtf|"
    r"f(?:uck)?(?: (?:you|off|this))|fuck|shit|damn)"
)
_PERSON = (
    r"(?:(?:a |an |the |real |live |actual )*(?:human(?: being)?|person|agent|operator|"
    r"representative|rep|advis[oe]r|someone|somebody|anyone|anybody|manager|supervisor|people|"
    r"staff))"
)
_HUMAN = (
    r"(?:(?:(?:i (?:want|need|would like|['’]d like|wish) to|(?:can|could|may) i|let me|"
    r"how (?:do|can) i) )?(?:talk|speak|chat)(?:ing)? (?:to|with) "
    rf"{_PERSON}|(?:a |an |real |live )*(?:human|agent|operator|representative)|"
    rf"(?:get|give) me {_PERSON}|(?:can|could|may) i (?:get|have) {_PERSON}|"
    rf"i (?:(?:just )?(?:want|need)|would like|['’]d like) {_PERSON}|"
    r"(?:can |could |will )?(?:someone|somebody|anyone) call me(?: back)?|"
    r"call me(?: back)?|live (?:chat|agent|person)|customer (?:service|support)|call ?back|"
    rf"(?:connect|transfer|put) me (?:through )?(?:to|with) {_PERSON}|"
    r"mitarbeiter|mensch|un humain|un agent|una persona|un operatore)"
)
_KINDS: tuple[tuple[Remark, str], ...] = (
    ("human", _HUMAN),
    ("help", _HELP),
    ("identity", _IDENTITY),
    ("complaint", _COMPLAINT),
    ("greeting", _GREETING),
    ("thanks", _THANKS),
)
_ANY = "|".join([*(said for _, said in _KINDS), _FILLER])
_REMARK = re.compile(rf"(?:(?:{_ANY})(?: |$))+")
_SAID = tuple((kind, re.compile(rf"(?<!\S)(?:{said})(?!\S)")) for kind, said in _KINDS)
_ONLY_FILLER = re.compile(
    r"(?:right )?(?:ok|okay|k|oh|ah|yes|yeah|yep|no|nope|alright|all right)(?: then)?"
)
_BARE = re.compile(
    r"(?:what|why|how|when|who|where|which|really)(?: (?:so|not|then))?|so (?:yes|no)"
)
_LONGEST = 80  # characters; what is longer says more
_ENDS = re.compile(r"[^\w\s/'’-]+")


def remark_of(text: str, *, goes_on: bool = False) -> Remark | None:
    """Return what is said by a text that asks nothing, None where it may ask something.

    `goes_on`: something was asked before, which a bare "why?" asks on.
    """
    if not any(character.isalnum() for character in text):
        is_picture = any(category(character) in ("So", "Sk") for character in text)
        return "emoji" if is_picture else "help"
    if len(text) > _LONGEST:
        return None
    said = " ".join(_ENDS.sub(" ", text.lower()).split())
    if _ONLY_FILLER.fullmatch(said):
        return "thanks"
    if not goes_on and _BARE.fullmatch(said):
        return "help"
    if not _REMARK.fullmatch(said):
        return None
    return next((kind for kind, pattern in _SAID if pattern.search(said)), None)
