import pytest

from qabot.answering.query.remarks import remark_of
from qabot.records import Remark


@pytest.mark.parametrize(
    ("said", "remark"),
    [
        ("thanks", "thanks"),
        ("Thank you so much!", "thanks"),
        ("ok", "thanks"),
        ("no", "thanks"),
        ("perfect, cheers mate", "thanks"),
        ("thanks both", "thanks"),
        ("ok forget it", "thanks"),
        ("can i get a human", "human"),
        ("no i want a real person", "human"),
        ("that's a total rip-off", "complaint"),
        ("ok thanks, that's great", "thanks"),
        ("danke", "thanks"),
        ("hi", "greeting"),
        ("Good morning team", "greeting"),
        ("Hello there!", "greeting"),
        ("help", "help"),
        ("/policy help", "help"),
        ("What can you do?", "help"),
        ("???", "help"),
        ("are you a bot?", "identity"),
        ("Are you a real person", "identity"),
        ("who are you?", "identity"),
        ("wrong answer", "complaint"),
        ("no, that's wrong", "complaint"),
        ("That’s not what I asked", "complaint"),
        ("this is useless", "complaint"),
        ("\N{WAVING HAND SIGN}", "emoji"),
        ("lol", "thanks"),
        ("never mind", "thanks"),
        ("hmm", "help"),
        ("what?", "help"),
        ("I don't understand", "help"),
        ("which companies do you know?", "help"),
        ("tell me a joke", "help"),
        ("f*** off", "complaint"),
        ("I want to talk to a human", "human"),
        ("can I speak to someone", "human"),
        ("human please", "human"),
        ("agent", "human"),
        ("live chat", "human"),
        ("that's all, no more questions, thank you", "thanks"),
        ("brilliant, that answers my question", "thanks"),
        ("olá, merhaba!", "greeting"),
        ("Здравствуйте", "greeting"),
        ("こんにちは", "greeting"),
        ("спасибо большое", "thanks"),
        ("hi, I have a quick question", "help"),
        ("hello can you help me with something", "help"),
        ("bloody useless", "complaint"),
        ("so yes?", "help"),
        ("Thank you so much for your kindness.", "thanks"),
        ("this is ridiculous", "complaint"),
    ],
)
def test_what_is_no_question_is_known(said: str, remark: Remark) -> None:
    """A word of thanks, a greeting, a call for help is no question to the policies."""
    assert remark_of(said) == remark


@pytest.mark.parametrize(
    "question",
    [
        "Thanks, but how much is it?",
        "ok so can i cancel",
        "cancel",
        "refund",
        "can I talk to a lawyer before I sign",
        "how do I talk to my doctor about the policy",
        "what is your phone number",
        "does an agent have to be licensed",
        "hi, do you sell my data?",
        "what do you do with my data?",
        "help me cancel",
        "what is a fine",
        "Do bots have to be declared?",
        "this answer is wrong: how long do you keep recordings?",
        "my dad died, how do we cancel",
        "can you help me cancel?",
        "thanks for nothing, where is my refund",
        "great, so i get my money back",
        "can someone call me about my refund",
        "thanks for the info how do I cancel",
        "fine for the late return?",
        "no one answers the phone",
        "why is this shit router so slow and can I get a refund",
    ],
)
def test_a_question_stays_one(question: str) -> None:
    """Whatever else is said with it: it gets an answer."""
    assert remark_of(question) is None
