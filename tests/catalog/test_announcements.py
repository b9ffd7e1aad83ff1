"""Which date a text announces as its own."""

from datetime import date

import pytest

from qabot.catalog.announcements import announced_date, date_alone, date_at_foot
from qabot.catalog.date_phrases import ANNOUNCING, LINKS
from qabot.catalog.dates import MONTHS

MARCH = [
    ("Effective from 00:00 on {}.", "1 March 2024"),
    ("Effective as of 9 am UTC on {}", "March 1, 2024"),
    ("Effective from 12:01 a.m. on {}", "1 March 2024"),
    ("Effective immediately ({})", "1 March 2024"),
    ("With immediate effect from {}", "1 March 2024"),
    ("Last updated {}", "1 Mar '24"),
    ("Last updated: {}", "01 Mar 24"),
    ("Last updated {}", "20240301"),
    ("Last updated: {}", "2024-03"),
    ("The effective date of these Terms is {}.", "1 March 2024"),
    ("These terms apply to all orders placed on or after {}.", "1 March 2024"),
    ("This policy has applied since {}.", "Friday the 1st of March 2024"),
    ("Rev. 3 ({})", "1 March 2024"),
    ("From {}, these terms of sale apply.", "1 March 2024"),
    ("Gültig ab {}", "Freitag, den 1. März 2024"),
    ("Stand: {}", "1.3.24"),
    ("Stand dieser Datenschutzerklärung: {}", "1. März 2024"),
    ("Diese Erklärung ist aktuell gültig und hat den Stand {}.", "März 2024"),
    ("Diese AGB wurden zuletzt am {} geändert.", "1. März 2024"),
    ("Diese Richtlinie wurde am {} aktualisiert.", "1. Maerz 2024"),
    ("Datum des Inkrafttretens: {}", "01.03.2024"),
    ("Ab dem {} gelten folgende Geschäftsbedingungen.", "1. März 2024"),
    ("Mit Wirkung vom {}", "1. März 2024"),
    ("Deze versie geldt vanaf {}.", "vrijdag 1 maart 2024"),
    ("Dit privacybeleid is voor het laatst gewijzigd op {}.", "1 maart 2024"),
    ("Deze voorwaarden treden in werking op {}.", "1 maart 2024"),
    ("Dit beleid is op {} vastgesteld.", "1 mrt. 2024"),
    ("Versie 2.1, {}", "1 maart 2024"),
    ("Conditions applicables depuis le {}", "1er mars 2024"),
    ("Les présentes CGV sont applicables à compter du {}.", "vendredi 1er mars 2024"),
    ("Les présentes conditions s’appliquent à partir du {}.", "1er mars 2024"),
    ("Cette politique a été modifiée pour la dernière fois le {}.", "1 mars 2024"),
    ("Date de la dernière mise à jour : {}", "01/03/2024"),
    ("Date d'entrée en vigueur : {}", "01/03/2024"),
    ("Fait à Lille, le {}", "1er mars 2024"),
    ("Última actualización: {}", "1.º de marzo de 2024"),
    ("Fecha de entrada en vigencia: {}", "primero de marzo de 2024"),
    ("Estas condiciones entran en vigor el {}.", "1 de marzo de 2024"),
    ("La presente política se actualizó por última vez el {}.", "1 de marzo de 2024"),
    ("Con efectos desde el {}", "viernes, 1 de marzo de 2024"),
    ("In vigore dal {}", "primo marzo 2024"),
    ("Le presenti condizioni si applicano a partire dal {}.", "1º marzo 2024"),
    ("Data dell'ultimo aggiornamento: {}", "01/03/2024"),
    ("Ultimo aggiornamento in data {}", "1 marzo 2024"),
    ("Informativa efficace da {}", "venerdì 1 marzo 2024"),
    ("Última alteração: {}", "sexta-feira, 1 de março de 2024"),
    ("Estes termos aplicam-se a partir de {}.", "1º de março de 2024"),
    ("Data de entrada em vigor: {}", "01/03/2024"),
]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Last updated June 10, 2021 (modified to drop a section). Click here.", (2021, 6, 10)),
        ("Updated: March 12, 2015", (2015, 3, 12)),
        ("© LARKLINE - Last revised: March 14 2012", (2012, 3, 14)),
        ("Effective July 20, 2012 (last updated October 08, 2013)", (2013, 10, 8)),
        ("Effective July 20, 2014 (last updated October 08, 2013)", (2014, 7, 20)),
        ("This Privacy Policy is effective as of 25 May 2018.", (2018, 5, 25)),
        ("Effective Date: 2020-01-31", (2020, 1, 31)),
        ("Published 3 June 2020 Last updated 4 July 2020", (2020, 7, 4)),
        ("Last modified Sept. 3rd, 2020", (2020, 9, 3)),
        ("(Last Updated: November 2019 – What changed?)", (2019, 11, 1)),
        ("Last updated: Monday, 3 June 2024", (2024, 6, 3)),
        ("These terms are effective as of the first day of June, 2024.", (2024, 6, 1)),
        ("This notice applies from 1 June 2024.", (2024, 6, 1)),
        ("These terms are in effect as of June 1st, 2024 for all users.", (2024, 6, 1)),
        ("This policy comes into force on 1 June 2024", (2024, 6, 1)),
        ("With effect from 1 June 2024, this policy replaces all earlier ones.", (2024, 6, 1)),
        ("This version is effective May 1, 2024 and supersedes that of May 2, 2025.", (2024, 5, 1)),
        ("Effective date: 1 June 2024 Next review date: 1 June 2027", (2024, 6, 1)),
        ("Policy owner: Board Version: 2.0 Effective date: 1 June 2024", (2024, 6, 1)),
        ("Effective date | 1 June 2024\nNext review | 1 June 2027", (2024, 6, 1)),
        ("Version: 2.0 | Date: 1 June 2024 | Author: Bo", (2024, 6, 1)),
        ("Approved by the Board on 1 June 2024", (2024, 6, 1)),
        ("Version 2.1 (June 2024)", (2024, 6, 1)),
        ("Updated 19/03/2026", (2026, 3, 19)),
        ("As last amended on 1 June 2024", (2024, 6, 1)),
        ("We last reviewed and updated this privacy notice on 1 June 2024.", (2024, 6, 1)),
        ("These Terms of Service are effective from the 1st day of June 2024.", (2024, 6, 1)),
        ("Valid from 1 June 2024 to 31 May 2025", (2024, 6, 1)),
        ("Effective date: Next review | 1 June 2024: 1 June 2027", (2024, 6, 1)),
        ("In vigore a partire dal 1° giugno 2024", (2024, 6, 1)),
        ("Van toepassing vanaf 1 juni 2024", (2024, 6, 1)),
        ("Stand: 1. Juni 2024", (2024, 6, 1)),
        ("Stand 06/2024", (2024, 6, 1)),
        ("Diese Richtlinie ist gültig ab dem 1. Juni 2024.", (2024, 6, 1)),
        ("Zuletzt geändert am 3.4.2024", (2024, 4, 3)),
        ("Die Ordnung tritt am 1. März 2024 in Kraft.", (2024, 3, 1)),
        ("Dernière mise à jour : 1er juin 2024", (2024, 6, 1)),
        ("La présente politique est en vigueur depuis le 1er août 2024.", (2024, 8, 1)),
        ("En vigueur à compter du 03/04/2024", (2024, 4, 3)),
        ("Última actualización: 1 de junio de 2024", (2024, 6, 1)),
        ("Vigente desde el 03/04/2024", (2024, 4, 3)),
        ("En vigor desde el 1 de enero de 2024", (2024, 1, 1)),
        ("Laatst bijgewerkt op 1 maart 2024", (2024, 3, 1)),
        ("Deze voorwaarden zijn geldig vanaf 1 juni 2024", (2024, 6, 1)),
        ("Ultimo aggiornamento: 1° giugno 2024", (2024, 6, 1)),
        ("In vigore dal 1 luglio 2024", (2024, 7, 1)),
        ("Última atualização: 1 de junho de 2024", (2024, 6, 1)),
        ("Posted on 2 May 2020 by the editor, last modified 3 June 2024", (2024, 6, 3)),
        ("For orders placed from 1 June 2024 the following terms apply.", (2024, 6, 1)),
        ("Für Verträge ab dem 1. Juni 2024 gelten folgende Bedingungen.", (2024, 6, 1)),
        ("Correct at 1 June 2024", (2024, 6, 1)),
        ("Approved on 2 May 2024 and is effective from 1 June 2024.", (2024, 6, 1)),
        ("Amended 2 May 2024, effective from 1 June 2024, first approved in 2010", (2024, 6, 1)),
        ("We updated our notice on 2 May 2024, and it applies from 1 June 2024.", (2024, 6, 1)),
        ("Owner: Approved | HR: 2 May 2024\nOwner: Effective from | HR: 1 June 2024", (2024, 6, 1)),
        ("AGB in der ab dem 1. Juni 2024 gültigen Fassung", (2024, 6, 1)),
        ("En vigencia a partir del 1 de junio de 2024", (2024, 6, 1)),
        *((said.format(date), (2024, 3, 1)) for said, date in MARCH),
    ],
)
def test_announced_dates(text: str, day: tuple[int, int, int]) -> None:
    """Phrases that announce a text's own date are understood; of two the later counts."""
    found = announced_date(f"Privacy Policy\n\n{text}\n\nWe keep little.", day_first=None)
    assert found is not None
    assert found.days == (date(*day),)
    assert found.phrase in text


@pytest.mark.parametrize(
    "text",
    [
        "Effective June 1, 2021, we will charge for paper bills.",
        "The previous policy was last updated on 1 May 2017.",
        "The Act took effect on January 1, 2020.",
        "We founded Larkline on 3 June 2010.",
        "The previous version was effective 1 May 2017.",
        "Next review date: 1 May 2027",
        "This policy will be reviewed on 1 May 2027.",
        "Valid until 31 May 2025",
        "Next review: Owner | 1 June 2027: HR",
        "Owner: Next review | HR: 1 June 2027",
        "Approved by all. You bought it on 2 May 2024 and it is valid until 1 June 2027.",
        "Das in der ab dem 1. Juni 2024 gültigen Liste genannte Recht",
        "We will update this policy on 1 June 2027.",
        "These rates apply from 1 June 2024.",
        "With effect from 1 June 2024 paper bills cost more.",
        "A report published on 3 June 2020 says so.",
        "© 2024 Larkline. All rights reserved.",
        "Version 1.3.24",
        "The GDPR applies from 25 May 2018.",
        "From 1 March 2024 we charge for bills.",
        "Sale starts on 1 March 2024",
        "Mit Wirkung vom 1. März 2024 steigen die Preise.",
        "Ab dem 1. März 2024 steigen die Preise.",
        "Diese Richtlinie wird am 1. März 2027 überarbeitet.",
        "Das Gesetz ist am 1. März 2024 in Kraft getreten.",
        "Con efectos desde el 1 de marzo de 2024, las tarifas suben.",
        "La loi du 6 janvier 1978 modifiée le 20 juin 2018 vous protège.",
        "Il regolamento si applica dal 25 maggio 2018.",
        "De AVG is van toepassing sinds 25 mei 2018.",
        "Prochaine mise à jour : 1er mars 2027",
        "We may update this policy from time to time.",
    ],
)
def test_dates_of_something_else(text: str) -> None:
    """Dates that are not announced as the text's own are no date of it."""
    assert announced_date(text, day_first=False) is None


def test_day_or_month_first() -> None:
    """Where people write the day first is for the caller to know."""
    text = "Last updated: 03/04/2021"
    found = [announced_date(text, day_first) for day_first in (True, False, None)]
    days = date(2021, 3, 4), date(2021, 4, 3)
    assert [one and one.days for one in found] == [days[1:], days[:1], days]


def test_a_day_that_is_none() -> None:
    """What is announced and stands in no calendar is told from no announcement."""
    found = announced_date("Last updated 31 February 2020", day_first=None)
    assert found is not None
    assert (found.days, found.phrase) == ((), "Last updated 31 February 2020")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("1 June 2024", (2024, 6, 1)),
        ("Refund Policy – June 2024", (2024, 6, 1)),
        ("(as of 1 June 2024)", (2024, 6, 1)),
        ("Berlin, den 1. Juni 2024", None),
        ("We were founded on 1 June 2024", None),
        ("until 1 June 2024", None),
        ("Fees Policy 2023-12", None),
        ("1.3.24", None),
    ],
)
def test_a_date_alone_on_a_line_on_top(line: str, day: tuple[int, int, int] | None) -> None:
    """A line that holds a date and no more, or the policy's title before it, tells its date."""
    found = date_alone(f"Larkline\n\n{line}\n\nWe keep little.", day_first=None)
    assert (found and found.days) == (day and (date(*day),))


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Leeds, 1 June 2024", (2024, 6, 1)),
        ("Berlin, den 1.6.2024", (2024, 6, 1)),
        ("Frankfurt am Main, den 1. Juni 2024", (2024, 6, 1)),
        ("Fait à Lyon, le 1er juin 2024", None),
        ("We moved to Leeds, 1 June 2024", None),
        ("Signed: A. Smith, 1 June 2024", None),
        ("Leeds, 1 June 2024, at noon", None),
    ],
)
def test_a_place_and_a_date_at_the_foot(line: str, day: tuple[int, int, int] | None) -> None:
    """Where and when a text was signed tells since when it is in force, if nothing else does."""
    found = date_at_foot(f"Terms\n\nWe keep little.\n\n{line}\n\nThe board", day_first=None)
    assert (found and found.days) == (day and (date(*day),))


def test_the_top_goes_before_the_bottom_and_this_before_the_middle() -> None:
    """A date in the middle counts only where neither end announces one."""
    filler = "We keep call records for as long as we need them. " * 60
    middle = f"{filler}\nThis notice was last updated on 1 May 2019.\n{filler}"
    bottom = f"{middle}\nLast updated 1 May 2018"
    top = f"Last updated 1 May 2017\n{bottom}"
    days = [announced_date(text, day_first=True) for text in (middle, bottom, top)]
    assert [found and found.days[0].year for found in days] == [2019, 2018, 2017]


def test_every_language_with_months_has_phrases() -> None:
    """Who adds a language's months adds the words that announce a day."""
    assert {*ANNOUNCING} == {*LINKS} == {*MONTHS}
