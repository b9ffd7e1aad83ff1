"""What the software of a help centre, blog or wiki adds to a text: votes, comments, links.

It goes by ids and classes that such software writes, or by words where a block says no more than
these. A policy's own sections on comments, feedback or related documents have neither.
"""

import re
from collections.abc import Iterator

from qabot.readers.html.html_page import BLOCKS, Amount, Element, Page, folded, heading_level

_SHORTEST = 5  # characters, at least, of names and words that tell anything
_LINE = 200  # characters, at most, of a block that is told by its words
_BESIDE_LINKS = 120  # characters, at most, that stand beside the links to other articles

_WIKI = "attachments and comments"
_WIKI_HEADINGS = ".//h2[@class='pageSectionTitle'][@id]"  # as Confluence marks them

_NAMES = {  # to the ids and classes that software writes
    "feedback": re.compile(
        r"(?<![\w-])(?:article-(?:votes?|feedback|more-questions)|(?:page|kb|doc)-feedback|"
        r"(?:feedback|helpful(?:ness)?)-(?:widget|votes?|form|prompt)|was-this-helpful|"
        r"intercom-reaction-picker)(?![\w-])"
    ),
    "comments": re.compile(
        r"(?<![\w-])(?:article-comments|comments-area|comment-(?:respond|list|form)|commentlist|"
        r"commentform|disqus_thread|giscus|utterances|fb-comments|wp-block-(?:post-)?comments)"
        r"(?![\w-])"
    ),
    _WIKI: re.compile(r"(?<![\w-])pageSection(?![\w-])"),
    "related links": re.compile(
        r"(?<![\w-])(?:(?:related|recent|recommended|promoted)[-_](?:articles|posts|topics)|"
        r"article-relatives|jp-relatedposts|yarpp-related|entry-footer|post-(?:tags|navigation)|"
        r"cat-links|tags-links)(?![\w-])"
    ),
}
_ANSWERS = r"(?:yes|no|ja|nein|oui|non|sí|sì|nee|sim|não)"
_FEEDBACK = re.compile(
    r"(?:(?:(?:was|is|did|has) (?:this|the)(?: \w+){0,2} "
    r"(?:helpful|useful|(?:answer|solve)(?:ed|d)? your (?:question|problem|issue)|help(?:ed)? you)"
    r"|war (?:diese[rs]?|dies)(?: \w+)? hilfreich"
    r"|(?:cet(?:te)? \w+ vous a-t-(?:il|elle) été utile)|fue útil este artículo"
    r"|(?:was|is) dit artikel nuttig|questo articolo ti è stato utile|es[st]e artigo foi útil"
    r"|(?:[^\W\d_]+(?: [^\W\d_]+){0,8} ?: )?\d+ (?:out of|of|von|sur|de|van|su) \d+"
    r"(?: (?:people|users|personen))?(?: (?:found|fanden) (?:this|it|dies) (?:helpful|hilfreich))?"
    r"|have more questions\? submit a request|haben sie fragen\? anfrage einreichen"
    rf"|{_ANSWERS})\W*)+",
    re.IGNORECASE,
)
_ASKS = re.compile(r"helpful|useful|hilfreich|util|útil|nuttig|question|problem|issue|help", re.I)
_COMMENTS = re.compile(
    r"(?:no|\d+) comments?(?: yet)?|(?:please |you must be )?(?:sign|log|logged) ?in to "
    r"(?:leave|post|add|write) a (?:comment|reply)\.?|"
    r"(?:article|post|comments?)(?: are| is)? closed(?: for comments)?\.?|"
    r"be the first to (?:comment|leave a comment)\.?|"
    r"(?:\d+|keine) kommentare?|bitte melden sie sich an, um einen kommentar zu hinterlassen\.?|"
    r"\d+ commentaires?|vous devez vous connecter pour laisser un commentaire\.?|"
    r"\d+ comentarios?|inicie sesión para dejar un comentario\.?",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"(?i:(?:(?:this )?(?:document|page|site|website|help cent(?:er|re)|blog) )?(?:is |was )?"
    r"(?:proudly )?(?:(?:generated|powered|built|made|created|published|hosted)"
    r" (?:by|with|using|on)|(?:we )?run on))"
    r" [A-Z][\w.]*(?: [A-Z][\w.]*){0,2}(?: on [\w ,.:]{6,30})?\.?"
)
_RELATED = re.compile(
    r"(?:related|recommended|similar|popular|promoted|recent(?:ly viewed)?|more|other) "
    r"(?:articles?|posts?|topics|reading|help articles?|questions)|articles in this section|"
    r"(?:verwandte|ähnliche|zuletzt angesehene) (?:beiträge|artikel)|"
    r"articles (?:associés|connexes|similaires|consultés récemment)|"
    r"artículos (?:relacionados|vistos recientemente)|(?:gerelateerde|verwante) artikelen|"
    r"articoli (?:correlati|visualizzati di recente)|artigos (?:relacionados|visualizados)",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"(?:leave|post|write|add|submit) (?:a|your) (?:reply|comment|response)(?: to .{1,80})?"
    r"(?: cancel reply)?|(?:schreibe?n?(?: sie)?|hinterlassen? (?:sie )?)(?: einen)? kommentar"
    r"(?: schreiben| hinterlassen)?(?: antworten?(?: abbrechen)?)?|"
    r"(?:laisser|ajouter|écrire) un commentaire(?: annuler la réponse)?|"
    r"(?:deja|dejar|escribe) (?:una respuesta|un comentario)(?: cancelar (?:la )?respuesta)?|"
    r"(?:geef een (?:reactie|antwoord)|laat een reactie achter|lascia un commento)"
    r"(?: .{1,30})?|deixe (?:um comentário|uma resposta)(?: .{1,30})?",
    re.IGNORECASE,
)


def added_by_software(body: Element, page: Page) -> dict[Element, str]:
    """Return what software added to a measured page, with the rules."""
    found: dict[Element, str] = {}
    for element, amount in page.amounts.items():
        if element is body or element in page.spine or not amount.text:
            continue
        if rule := _named(element, amount, page):
            found[element] = rule
        elif heading_level(element):
            found |= dict.fromkeys(*_headed(element, amount, page))
        elif _is_line(element, amount) and (rule := _said(element)):
            found[element] = rule
    return found


def _is_line(element: Element, amount: Amount) -> bool:
    is_text = element.tag in BLOCKS or element.tag in ("span", "small")
    return is_text and _SHORTEST <= amount.text <= _LINE


def _named(element: Element, amount: Amount, page: Page) -> str:
    """Return the rule by which the id or class of an element tells what it is, or ""."""
    names = f"{element.get('id', '')[:300]} {element.get('class', '')[:300]}"
    if len(names) < _SHORTEST:
        return ""
    rule = next((rule for rule, pattern in _NAMES.items() if pattern.search(names)), "")
    if rule == "related links":
        beside = amount.text - amount.linked
        return rule if amount.links and beside <= _BESIDE_LINKS else ""
    if rule == _WIKI and element.find(_WIKI_HEADINGS) is None:
        return ""
    return rule if amount.prose * 2 < page.prose else ""


def _said(element: Element) -> str:
    """Return the rule by which the words of a short block tell what it is, or ""."""
    said = folded(element)
    if len(said) > 2 * _LINE:
        return ""
    if _FEEDBACK.fullmatch(said) and _ASKS.search(said):
        return "feedback"
    if _COMMENTS.fullmatch(said):
        return "comments"
    return "name of its software" if _OWN_NAME.fullmatch(said) else ""


def _headed(heading: Element, amount: Amount, page: Page) -> tuple[list[Element], str]:
    """Return a heading of links to other articles, or of a form for comments, with these."""
    said = folded(heading) if amount.text <= _LINE else ""
    is_related = amount.order > page.prose_to and _RELATED.fullmatch(said.rstrip(" :"))
    if not is_related and not _REPLY.fullmatch(said):
        return [], ""
    below = list(_below(heading, page))
    amounts = [page.amounts[element] for element in below]
    if not is_related:
        return ([heading, *below], "comments") if any(a.fields for a in amounts) else ([], "")
    beside = sum(a.text - a.linked for a in amounts)
    is_links = any(a.links for a in amounts) and beside <= _BESIDE_LINKS
    return ([heading, *below], "related links") if is_links else ([], "")


def _below(heading: Element, page: Page) -> Iterator[Element]:
    """Yield what stands beside a heading and below it, up to the next heading."""
    for element in heading.itersiblings():
        if element in page.amounts:
            if page.amounts[element].headings or element in page.spine:
                return
            yield element
