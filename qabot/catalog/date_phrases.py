"""The words by which texts say since when they are in force, by the language's ISO 639 code.

Each is a part of a regular expression, without regard to case.
"""

_NUMBER = r"(?: ?(?:n[o°º]\.? ?)?\d+(?:\.\d+)*)"
_HOUR = r"(?:[ap]\.?m\.?|uhr|hrs|hours|uur|h(?:\d\d)?)"
TIME = rf"\d{{1,2}}(?:[:.]\d\d(?::\d\d)?(?: ?{_HOUR})?| ?{_HOUR})"
"""Matches an hour of the day."""

ANNOUNCING = {  #: what says that a day is the text's own: verbs, participles, labels
    "en": r"(?:(?:the )?(?:last|latest|most recent(?:ly)?) )?"
    r"(?:(?:substantive|material|major|minor|significant) )?"
    r"(?:updated?|revised|modified|modification|amend(?:ed|ment)|changed|reviewed|edited)|"
    r"last (?:review|change)|effective|eff|(?:in|into) (?:force|effect)|"
    r"with (?:immediate )?effect|"
    r"(?:takes?|took|comes?|came|goes|went|enters?|entered) (?:effect|into (?:force|effect))|"
    r"entry into (?:force|effect)|"
    r"(?:shall|will) (?:apply|start|take effect|come into (?:force|effect))|"
    r"appl(?:y|ies|ied|icable)|valid|operative|operational|in operation|commenc(?:es?|ement)|"
    r"start date|starts?(?= (?:on|from))|implement(?:ed|ation)|dated?|"
    r"(?:first |originally |re)?published|publication|posted|issued?|adopted|adoption|approved|"
    r"approval|ratified|signed off|created|written|released?|current|correct(?= (?:as|at)\b)|"
    rf"(?:last |latest )?(?:version|revision|rev\.?|edition|issue){_NUMBER}?|v\.? ?\d+(?:\.\d+)*",
    "de": r"stand|g[üu]ltig(?:keit(?:sdatum)?)?|gilt|gelten|(?:des )?inkrafttretens?|"
    r"in kraft(?: getreten)?|tritt|treten|wirksam|mit (?:sofortiger )?wirkung|"
    r"(?:zuletzt|letztmalig|letztmals)(?: (?:aktualisiert|ge[äa]ndert|bearbeitet|angepasst|"
    r"[üu]berarbeitet))?|letzte[rn]? (?:aktualisierung|[äa]nderung|bearbeitung|[üu]berarbeitung|"
    r"anpassung)|aktualisier(?:t|ung)|ge[äa]ndert|ver[öo]ffentlicht|beschlossen|"
    rf"(?:(?:fassung|ausgabe|version){_NUMBER}?)|datum",
    "fr": r"en vigueur|(?:derni[èe]re )?(?:mise [àa] jour|modification|r[ée]vision|actualisation)|"
    r"mise?s? [àa] jour|entr(?:e|ent|ée|era|eront) en vigueur|"
    r"(?:prend|prennent|prendra|prise d[’']) ?effet|(?:s[’'])appliqu(?:e|ent|era|eront)|"
    r"applicables?|valables?|date d[’'](?:effet|entr[ée]e en vigueur|application)|dat[ée]e?s?|"
    r"(?:publi|modifi|r[ée]vis|actualis|adopt)[ée]e?s?|publication|fait [àa] [\w-]+",
    "es": r"(?:[úu]ltima )?(?:actualizaci[óo]n|modificaci[óo]n|revisi[óo]n)|"
    r"publicaci[óo]n|fecha(?: efectiva)?|"
    r"(?:se )?(?:actualiz|modific|revis|public|aprob)(?:ad[oa]s?|ó)|vigentes?|vigencia|"
    r"v[áa]lid[oa]s?|en vig(?:or|encia)|entra(?:n|da|r[áa]n?)? en vig(?:or|encia)|entró en vigor|"
    r"con efectos?|surt(?:e|en|ir[áa]n?) efectos?|se aplica(?:n|r[áa]n?)?|aplicables?|"
    rf"rigen?|versi[óo]n{_NUMBER}?",
    "it": r"(?:ultim[oa] )?(?:aggiornamento|modifica|revisione|versione)|"
    r"(?:aggiornat|modificat|pubblicat|approvat|rivist)[oaie]|in vigore|valid[aeio]|"
    r"entra(?:no|ta|to|r[àa]|ranno)? in vigore|decorrenza|con (?:effetto|decorrenza)|"
    r"efficac(?:e|i|ia)|si applica(?:no)?|applicabil[ei]|data(?= ultim)|"
    rf"data d(?:i|el(?:la|l)?)|versione{_NUMBER}?",
    "nl": r"(?:voor het )?laatst(?: (?:bijgewerkt|gewijzigd|aangepast|herzien|ge[üu]pdatet))?|"
    r"bijgewerkt|gewijzigd|aangepast|herzien|vastgesteld|gepubliceerd|"
    r"laatste (?:update|wijziging|aanpassing|herziening|versie)|geldig|geldt|gelden|"
    r"met ingang van|ingangsdatum|van (?:kracht|toepassing)|(?:van )?inwerkingtreding|"
    rf"(?:treedt|treden) in werking|in werking(?: getreden)?|versiedatum|versie{_NUMBER}?",
    "pt": r"(?:[úu]ltima )?(?:atualiza[çc][ãa]o|modifica[çc][ãa]o|revis[ãa]o|altera[çc][ãa]o)|"
    r"(?:atualizad|modificad|revisad|revist|alterad|publicad|aprovad)[oa]s?|em vigor|"
    r"entra(?:m|da|r[áa])? em vigor|vig[êe]ncia|vigentes?|v[áa]lid[oa]s?|data efetiva|"
    r"com efeitos?|aplica(?:m)?-se|aplic[áa]ve(?:l|is)|"
    rf"data d[aeo]|vers[ãa]o{_NUMBER}?",
}
SHARED = r"(?:date|version|publication|revision|modification|applicable|in force|valid)"
"""Words that are spelt so in English and in another language."""

NOUN = (  #: what a text calls itself
    r"(?:policy|policies|notice|statement|terms|conditions|agreement|addendum|document|page|version|"
    r"guidance|guidelines?|rules|code|schedule|"
    r"\w*(?:erklärung|richtlinien?|bedingungen|bestimmungen|hinweise?|agb|ordnung|fassung|satzung)|"
    r"politique|charte|mentions|notice|déclaration|cg[vu]|conditions générales|règlement|"
    r"política|condiciones|términos|aviso|versión|declaración|"
    r"termos|condições|versão|declaração|"
    r"informativa|condizioni|termini|politica|versione|"
    r"\w*(?:beleid|verklaring|voorwaarden|versie|reglement|overeenkomst|regeling)|"
    r"texte?|document[oe]?|dokument)"
)
_OF_THE = (
    r"(?:this|these|our|the|dieser?s?|der|des|unsere[rs]?|"
    r"(?:de |des )?(?:la|les|cette|ces|notre|nos|présentes?)|"
    r"(?:de )?(?:las?|esta|estas|este|estos|nuestra|nuestras|los)|"
    r"(?:d[ai] |della |delle )?(?:la|le|presenti?|questa|queste|nostra)|deze|dit|d?es[st][ae]s?)"
)
OWN = rf"{_OF_THE} (?:[\w-]+ ){{0,3}}?{NOUN}"
"""Matches what a text says of itself: "this privacy notice", "dieser Richtlinie"."""

LINKS = {  #: what may stand between the announcing words and the day
    "en": r"date|on|as|to|from|since|is|are|was|at|of|and|the|this|last|latest|for all|"
    r"in(?! data)|starting|beginning|only|immediately|midnight|noon|or after|placed|made|"
    r"(?:all )?(?:orders|purchases|bookings|contracts)|utc|gmt|bst|cet|e[sd]?t|p[sd]?t",
    "de": r"der information(?:en)?|dem|den|der|am|ab|vom|von|seit|zum|ist|sind|und|um|"
    r"getreten|datum",
    "fr": r"le|la|du|au|depuis|d[èe]s|[àa] (?:compter|partir)|en date|est|de|"
    r"pour la derni[èe]re fois|derni[èe]re",
    "es": r"desde|a partir|el|del|al|a(?! (?:partir|decorrere|far))|d[íi]a|con|"
    r"por(?: [úu]ltima vez)?|de la",
    "it": r"dal|dalla|da|il|al|a (?:decorrere|far data|partire)|è|in data|"
    r"(?:per )?l[’']ultima volta",
    "nl": r"op|vanaf|met ingang|van|sinds|per|het|voor het laatst|datum",
    "pt": r"em|da|do|na|no|pela [úu]ltima vez|desde",
}
IS = (  #: what joins the text to what is announced of it
    r"(?:as|we|we have|was|were|is|are|became|becomes?|(?:will|shall) (?:become|be)|has|have|"
    r"has been|have been|and|(?:ist aktuell gültig und )?hat(?: den)?|ist|sind|wurden?|"
    r"est|sont|a été|ont été|es|son|está|están|fue|ha sido|han sido|se|foi|foram|é|são|"
    r"è|sono|è stat[ao]|sono state?i?|si|werd|werden|is|zijn)"
)
FURTHER = r"(?: of (?:use|service|sale|business|supply|hire|trade)| below| above)?"
OPENING = (
    r"(?:(?:the|this|die|das|der|diese|in der|la|le|cette|el|esta|il|lo|questa|o|a|de|het|deze)\b|"
    r"l[’'])?"
)
"""Matches an article in front of what is announced: "The effective date of this policy"."""

ANOTHER = (  #: what says that a day is that of another text, or an end
    r"previous|prior|earlier|former|archived|until|replac\w+|supersed\w+|next|expir\w+|old|"
    r"vorherige\w*|vorige\w*|nächste\w*|ersetzt|bis|précédente?|prochaine?|remplace|jusqu\w*|"
    r"anterior|próxim[ao]|sustituye|hasta|precedente|prossim[ao]|sostituisce|fino|volgende|vervangt|"
    r"tot|até|substitui"
)
STARTS = (  #: what may open a sentence on something else: "Effective June 1 we will charge"
    r"effective|in|tak|took|com|came|appl|valid|with|from|met|mit|con|g[üu]ltig|wirksam|en vig|em|"
    r"v[áa]lid|geldig|effica"
)
GOES_ON = (  #: what may follow the day where nothing else starts with it
    r"and|until|till|to|last|first|updated|revised|amended|approved|adopted|reviewed|issued|"
    r"published|version|effective|supersed\w+|replac\w+|"
    r"und|bis|ersetz\w+|et|jusqu\w*|remplace\w*|y|hasta|sustituye\w*|e|ed|fino|sostitui\w+|"
    r"en|tot|vervang\w*|até|substitu\w+"
)
AUXILIARY = r"(?:wurden?|ist|sind|werd(?:en)?|is|zijn)"
"""Matches the verb before a day behind which, in German and Dutch, the participle stands."""
PARTICIPLE = (
    r"(?:zuletzt |letztmalig )?(?:aktualisiert|ge[äa]ndert|angepasst|[üu]berarbeitet|bearbeitet|"
    r"ver[öo]ffentlicht|erstellt|beschlossen|in kraft getreten|"
    r"(?:voor het laatst )?(?:bijgewerkt|gewijzigd|aangepast|herzien|vastgesteld|gepubliceerd)|"
    r"in werking getreden)"
)
SINCE = r"(?:from|as of|ab|seit|vanaf|à compter|à partir|dès|desde|a partir|dal)"
"""Matches what opens a sentence before a day since when, as `APPLY` says, the text applies."""
APPLY = (
    rf"(?:(?:gelten|gilt|treten|gelden|geldt|s[’']appliquent|se aplican|si applicano) "
    rf"(?:folgende|nachfolgende|diese|die|unsere|deze|onze|les|las|estas|le|nuestras|nos|ces)"
    rf"(?: [\w-]+){{0,2}}? {NOUN}|{OWN}{FURTHER} (?:shall |will )?(?:apply|applies|take effect))"
)


def any_language(words: dict[str, str]) -> str:
    """Return what matches the words of any language."""
    return "|".join(words.values())
