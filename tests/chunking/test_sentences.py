import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.chunking.sentences import LONG, items, sentences


def divided(text: str) -> list[str]:
    """Return the sentences of a line."""
    return [text[start:end] for start, end in sentences(text, 0, len(text))]


def marked(text: str) -> list[tuple[str, str]]:
    """Return what a sentence is marked by, each with its lead-in."""
    return [(lead_in, text[start:end]) for start, end, lead_in in items(text, 0, len(text))]


@pytest.mark.parametrize(
    "sentence",
    [
        "The org. number and the ref. of a letter help.",
        "A night costs 80 EUR incl. Breakfast and tax.",
        "The fee is 5 EUR excl. Postage.",
        "Parcels take approx. Three days to Malta.",
        "You may bring max. 2 bags.",
        "We need a copy acc. to para. 12 of the Act.",
        "Ring the desk, Tel. +44 20 7000 0000, before noon.",
        "The rule is in Sec. 14 and in Art. IX of the Treaty.",
        "Quote ref. No. 77 when you write.",
        "Our opening hrs. 9 to 5 are shown at the gate.",
        "Trains leave at 10 a.m. and at 3 p.m. on Sundays.",
        "Some goods, e.g. Wine, are left out.",
        "Es gilt das Recht gem. Art. 5 Abs. 1 lit. f DSGVO.",
        "Näheres regelt der Tarif, vgl. Anlage 2.",
        "Der Preis gilt inkl. Versand und zzgl. Pfand.",
        "Die Frist endet am 3. März um Mitternacht.",
        "Der Antrag muss bis zum 15. des Monats eingehen.",
        "Die Gebühr beträgt ca. Zehn Euro, ggf. Mehr.",
        "Le prix, p. ex. 5 EUR, est dû.",
        "Voir art. 5 et al. 2 du code, réf. 12.",
        "Appelez le tél. 01 23 45 67 89 avant midi.",
        "Mme. Durand signe, cf. Annexe 2.",
        "El núm. 5 de la calle, pág. 3, es la sede.",
        "La Sra. López firma en aprox. 10 días, p. ej. Lunes.",
        "We take mugs, cups, etc. before noon.",
        "Beta Ltd. and Acme Inc. are parties.",
        "Senden Sie die Ware an Lindenstr. 12 in Köln.",
        "Die Fa. Weber zahlt 3 Mio. Euro.",
        "La tienda está en Avda. Goya y Dña. Ana la lleva.",
        "Die Lieferung dauert i. d. R. Zwei Tage, z. B. Post.",
        "Am 3. Werktag nach dem 2. Schreiben wird gesperrt.",
        "Il sig. Rossi e la dott. Bianchi firmano.",
        "See Dir. 95/46/EC and Sched. A of it.",
        "Write to Attn. Legal before noon.",
        "Returns cost max. EUR 5 and min. € 3 each.",
        "The fee is 5 EUR p.p. incl. Breakfast.",
        "See App. B and Ann. C of Reg. No. 44.",
        "Our VAT Reg. No. GB123 and Reg. No. GB 456 are here.",
        "Es gilt Art. 5 UAbs. 2 DSGVO.",
        "La Cie. Dupont paie.",
        "El Excmo. Ayuntamiento y el Dpto. Legal responden.",
        "Bel dhr. Jansen voor advies.",
    ],
)
def test_abbreviation_ends_no_sentence(sentence: str) -> None:
    """The usual abbreviations of English and German stand inside a sentence, whatever follows."""
    assert divided(f"We said so. {sentence} You agree.") == ["We said so.", sentence, "You agree."]


@pytest.mark.parametrize("marker", ["iii.", "2.1.", "(v).", "b)", "7."])
def test_marker_is_no_sentence(marker: str) -> None:
    """The number of a clause is part of the sentence that it stands before."""
    clause = f"{marker} Tenants hand back the keys."

    assert divided(f"{clause} We check the flat.") == [clause, "We check the flat."]


def test_marker_amid_a_line_goes_with_what_follows() -> None:
    """A number between two sentences belongs to the second."""
    assert divided("WE CHECK THE FLAT. 3. KEYS ARE LENT.") == [
        "WE CHECK THE FLAT.",
        "3. KEYS ARE LENT.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        ["May I bring a dog?", "No.", "You may not."],
        ["The limit is 5 GB max.", "You pay for more."],
        ["We close in May.", "We open in June."],
        ["Get the app.", "A fee is due."],
        ["It was signed in 2019.", "März was our agent."],
        ["Write to us by post.", "Answers take a week."],
        ["We pay within a week.[1]", "You may ask for a copy.[2,3]", "It is free.[4]"],
    ],
)
def test_sentence_ends_where_it_does(line: list[str]) -> None:
    """A word that is an abbreviation elsewhere ends a sentence where no number follows."""
    assert divided(" ".join(line)) == line


@pytest.mark.parametrize("label", ["Q:", "Q.", "A2.", "Frage:", "Antwort:", "Question 3:"])
def test_label_stands_with_its_sentence(label: str) -> None:
    """What only says that a question or an answer follows is no sentence."""
    assert divided(f"{label} Dogs are welcome. Cats are not.") == [
        f"{label} Dogs are welcome.",
        "Cats are not.",
    ]


TAIL = "kept by the desk for as long as the law asks us to and then erased without a trace"


@pytest.mark.parametrize(
    "names",
    [
        ("(a)", "(b)", "(c)"),
        ("(i)", "(ii)", "(iii)"),
        ("(1)", "(2)", "(3)"),
        ("(A)", "(B)", "(C)"),
        ("a)", "b)", "c)"),
        ("1)", "2)", "3)"),
    ],
)
@pytest.mark.parametrize("between", [";", ",", "; and", ", or", "; und"])
def test_long_sentence_is_marked_by_its_items(names: tuple[str, ...], between: str) -> None:
    """Each counted item stands alone, without the word that leads to the next, behind its lead-in.

    A clause that is only referred to begins no item.
    """
    said = [
        f"{name} {what} is {TAIL}"
        for name, what in zip(names, ("mail", "post", "wire"), strict=True)
    ]
    text = f"Subject to clause (b) above, {f'{between} '.join(said)}."
    mark = between[0]

    assert marked(text) == [
        ("", "Subject to clause (b) above,"),
        ("Subject to clause (b) above,", f"{said[0]}{mark}"),
        ("Subject to clause (b) above,", f"{said[1]}{mark}"),
        ("Subject to clause (b) above,", f"{said[2]}."),
    ]


def test_item_is_divided_by_its_own_items() -> None:
    """A long item is marked by what it counts, read with both lead-ins."""
    text = f"We may (a) ask for (i) a copy {TAIL}; (ii) a photo {TAIL}; and (b) refuse {TAIL}."

    assert marked(text) == [
        ("", "We may"),
        ("We may", "(a) ask for"),
        ("We may (a) ask for", f"(i) a copy {TAIL};"),
        ("We may (a) ask for", f"(ii) a photo {TAIL};"),
        ("We may", f"(b) refuse {TAIL}."),
    ]


def test_semicolons_divide() -> None:
    """Without counted items a long sentence is marked by what semicolons divide."""
    parts = [f"the {what} is {TAIL}" for what in ("mail", "post", "wire")]

    assert marked(f"For example: {'; '.join(parts)}.") == [
        ("", "For example:"),
        ("For example:", f"{parts[0]};"),
        ("For example:", f"{parts[1]};"),
        ("For example:", f"{parts[2]}."),
    ]
    assert [lead_in for lead_in, _ in marked("; ".join(parts))] == ["", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        "You may (a) pay by card, (b) pay in cash, or (c) not pay at all.",
        f"Under paragraphs (a), (b) and (c) of the Act all of it is {TAIL}, and {TAIL}, as {TAIL}.",
        f"We (the firm) and you (the guest) agree that all of it is {TAIL}, and {TAIL}, as {TAIL}.",
        f"All of it is {TAIL}; nothing of it is {TAIL}, whatever else may be {TAIL}.",
    ],
)
def test_other_sentences_are_marked_whole(text: str) -> None:
    """A short sentence, and a long one without items, is marked as it is."""
    assert marked(text) == [("", text)]


def test_row_is_marked_whole_unless_long() -> None:
    """A row answers with all its cells; a long one by the sentences of a cell, behind its first."""
    short = "Zone: Europe | Letter: 2 EUR. | Parcel: 9 EUR"
    long = f"Zone: Asia | Letter: All mail is {TAIL}. It is weighed. | Parcel: It is {TAIL}."

    assert marked(short) == [("", short)]
    assert len(long.split()) > LONG
    assert marked(long) == [
        ("", "Zone: Asia"),
        ("Zone: Asia", f"Letter: All mail is {TAIL}."),
        ("Zone: Asia", "It is weighed."),
        ("Zone: Asia", f"Parcel: It is {TAIL}."),
    ]


@given(
    st.lists(
        st.sampled_from(["(a)", "(b)", "(i)", "(ii)", "1)", ";", ":", "|", ".", "Q:", "No.", "On."])
    )
)
def test_spans_are_in_order(words: list[str]) -> None:
    """Whatever a line holds, its sentences and their items are slices in order, none empty."""
    text = " ".join(words)
    spans = [
        (first, last)
        for start, end in sentences(text, 0, len(text))
        for first, last, _ in items(text, start, end)
    ]
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(text[first:last].strip() for first, last in spans)
