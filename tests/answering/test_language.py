from pathlib import Path

import pytest

from qabot.answering.query.language import language_of, language_unlike, other_language
from qabot.records import AskedQuestion
from tests.support.fakes import build_bot, policy

ENGLISH = "We keep your personal data for two years. You may cancel the contract at any time."
GERMAN = "Wir speichern deine Daten zwei Jahre lang. Du kannst den Vertrag jederzeit kündigen."
ASKED = {
    "de": ("Wie lange bewahrt ihr meine Daten auf?", "konto loeschen wie geht das"),
    "fr": ("Puis-je être remboursé ?", "comment resilier mon abonnement"),
    "es": ("¿Quién paga el envío?", "como borro mi cuenta"),
    "it": ("Posso avere un rimborso?", "come vi contatto"),
    "nl": ("Mag mijn kind de dienst gebruiken?", "ik heb een factuur nodig"),
    "pt": ("Esqueci a minha senha", "Quem paga o frete da devolução?"),
    "pl": ("Czy mogę pracować z domu?", "jak usunąć konto"),
    "ru": ("как удалить аккаунт", "Какие cookie вы используете?"),
    "uk": ("Як довго ви зберігаєте мої дані?",),
    "el": ("Πόσο καιρό κρατάτε τα δεδομένα μου;",),
    "ja": ("返金できますか", "Cookieは使いますか"),
    "zh": ("如何取消订阅",),
    "ko": ("계정을 어떻게 삭제하나요?",),
    "ar": ("كيف أحذف حسابي",),
    "fa": ("چگونه حساب خود را حذف کنم؟",),
    "he": ("איך מוחקים חשבון?",),
}


@pytest.mark.parametrize(
    ("language", "question"),
    [(language, question) for language, questions in ASKED.items() for question in questions],
)
def test_a_question_in_another_language_is_recognised(language: str, question: str) -> None:
    """Over policies in English, and not over those in its own language."""
    assert language_unlike(question, [ENGLISH]) == language
    assert other_language(question, language) is None


def test_text_in_two_languages_is_in_both() -> None:
    """Who asks in either gets an answer as any, who asks in a third is told."""
    arabic = "نحتفظ بسجلات المكالمات لمدة ستة أشهر. لا نبيع بياناتك لأي جهة أبدا مهما حدث."
    both = f"{ENGLISH} {arabic} {arabic}"

    assert language_of(both) == "ar"
    assert language_unlike("How long do you keep my data?", [both]) is None
    assert language_unlike("كيف أحذف حسابي", [both]) is None
    assert language_unlike("Wie lange bewahrt ihr meine Daten auf?", [both]) == "de"
    assert language_unlike("How long do you keep my data?", [f"{arabic} Fees apply."]) == "en"


@pytest.mark.parametrize(
    "question",
    [
        "How long do you keep my data?",
        "wat are teh canselation fees",  # misspelt
        "hwo do i dlete my acount",
        "sla",  # keywords
        "cancel abo",
        "refund",
        "Datalux Zorbino",  # names
        "Is El Corte Ingles or La Redoute a processor?",
        "What does the Kündigungsfrist in my contract mean?",  # a foreign word in English
        "Do you translate 個人情報 for me?",
        "a résumé, a café and naïve users",
        "IBAN 12345",
        "?!",
        "",
    ],
)
def test_english_is_not_taken_for_another_language(question: str) -> None:
    """Neither misspelt nor in keywords, with names or with borrowed words."""
    assert language_unlike(question, [ENGLISH]) is None


def test_what_counts_is_the_language_of_the_policies() -> None:
    """English is another language to German policies."""
    assert language_of(GERMAN) == "de"
    assert language_of(ENGLISH) == language_of("") == "en"
    assert language_unlike("How long do you keep my data?", [GERMAN]) == "en"
    assert language_unlike("Wie lange speichert ihr meine Daten?", [GERMAN]) is None


def test_a_bot_is_uncertain_and_names_the_language(tmp_path: Path) -> None:
    """Whether the policies answer, it cannot tell; what comes close is still shown."""
    bot = build_bot(tmp_path, {"a.md": policy("Alder", "terms", "2024-01-01", ENGLISH)})
    answer = bot.ask(AskedQuestion("Wie lange bewahrt ihr meine Daten auf?"))
    assert (answer.status, answer.language) == ("uncertain", "de")
    assert answer.nearest and not answer.citations
    assert bot.ask(AskedQuestion("How long do you keep my data?")).language is None
