"""How legal notices say whose text it is, in seven languages: words around a company's name.

Each is a part of a regular expression. Names that follow `OWN` or stand before `SEATED` count only
with their legal form, which says that they are a company's.
"""

LEGAL = (
    r"(?:Incorporated|Inc|LLC|L\.L\.C|Limited|Ltd|Corporation|Corp|Company|Co|PLC|plc|LLP|L\.P|CIC|"
    r"(?:g?GmbH|AG|UG|SE)(?: & Co\.? KG(?:aA)?)|g?GmbH|mbH|AG|UG|KGaA|KG|OHG|GbR|eGbR|eG|"
    r"e\.G|e\.V|e\.K|e\.U|S\.A\.S\.U|SASU|S\.A\.S|SAS|EURL|S\.à r\.l|Sàrl|S\.A\.R\.L|SARL|SCOP|"
    r"S\.A\. de C\.V|SA de CV|S\.A\.U|SAU|S\.A|SA|SE|S\.R\.L\.?S|S\.r\.l\.?s|"
    r"S\.r\.l|S\.R\.L|Srl|SRL|S\.p\.A|S\.P\.A|SpA|SPA|S\.n\.c|S\.L\.U|SLU|S\.L\.L|S\.L|SL|"
    r"Sociedad Limitada|Sociedad Anónima|S\.?Coop|Unipessoal,? Lda|Lda|Ltda|"
    r"B\.V\.B\.A|BVBA|B\.V|BV|N\.V|NV|V\.O\.F|VOF|VZW|ASBL|AB|Oyj|Oy|ApS|AS|A/S|"
    r"Pty\.? Ltd|Pty|Pte\.? Ltd|Pte|KK)"
)
ABBREVIATED = r"Inc|Ltd|Corp|Co|\.\w"
"""Matches a legal form whose full stop is its own."""

_SITE = (
    r"(?:(?:this|the|our|dieser?|der|des|unserer?|ce|du|le|présent|este|del?|el|sitio|questo|del|il|"
    r"deze|van|d[eo]s?te|do|o) ){0,2}"
    r"(?:web ?site|web ?seiten?|website|seite|internetseite|internetpräsenz|online-?shops?|shops?|"
    r"plattform|angebots|app|store|site(?: internet| web)?|boutique|sitio(?: web)?|página(?: web)?|"
    r"tienda(?: online)?|sito(?: web)?|webwinkel|webshop|sítio)"
)
_ROLE = (
    r"(?:(?:data )?controller|verantwortliche[rn]?(?: stelle)?|verantwortlich|"
    r"responsables?|responsável|titolare|titular|(?:verwerkings)?verantwoordelijke|"
    r"vertragspartner(?:in)?|verkäufer(?:in)?|herausgeber(?:in)?|seiteninhaber|[ée]diteur|vendeur|"
    r"venditore|vendedora?|verkoper|seller|publisher|legal name|company name|firmenname|"
    r"raison sociale|denominación(?: social)?|razón social|ragione sociale|razão social|"
    r"denominação social|bedrijfsnaam|statutaire naam|unternehmensname|"
    rf"(?:(?:dienste)?anbieter(?:in)?|betreiber(?:in)?|exploitant|propriétaire|prestador|gestore|"
    rf"proprietario|propietario|beheerder|aanbieder|owner|operator|provider) (?:of )?{_SITE})"
)
_JOIN = r"(?:\s*:\s*|\s*\n\s*| (?:is|ist|sind|est|es|será|è|sarà|é)[: ]\s*)"
_DONE_BY = (
    r"(?:(?:policy|notice|statement|document|terms) (?:is|are|was|were) issued by|"
    r"(?:this|the|our) (?:site|website|service|store) is (?:owned|operated|run) by|"
    r"betrieben (?:von|durch)|herausgegeben von|angeboten von|"
    rf"site (?:internet |web )?est (?:la propriété de|(?:[ée]dit|exploit|g[ée]r|publi)[ée]e? par)|"
    rf"{_SITE} (?:es (?:propiedad|titularidad) de|está (?:gestionad|operad)[oa] por|"
    r"es (?:gestionad|operad)[oa] por)|"
    rf"{_SITE} è (?:gestito|di proprietà|edito|di titolarità)(?: da| di|)|"
    rf"{_SITE} (?:is (?:het )?eigendom van|wordt (?:beheerd|aangeboden|geëxploiteerd) door)|"
    rf"{_SITE} é (?:propriedade d[eao]|(?:gerid|operad|explorad)[oa] p(?:or|el[ao]))|"
    r"vertr[aä]ge?[ns]? (?:[\w-]+ ){0,6}(?:zwischen|mit)|vertrag kommt zustande mit|"
    r"(?:conclu\w*|contrat\w*) (?:[\w-]+ ){0,4}(?:entre|avec)|"
    r"(?:contrato|celebra\w*) (?:[\w-]+ ){0,4}(?:entre|con)|"
    r"contratto (?:[\w-]+ ){0,4}(?:tra|con)|overeenkomst\w* (?:[\w-]+ ){0,4}(?:tussen|met)|"
    r"our company,|we are|wir sind|nous sommes|somos|siamo|wij zijn|chez|impressum)"
)
_ARTICLE = (
    r"(?:(?:die|der|dem|das|den|la|le|les|el|il|lo|the|o|a|uns,|ihnen und|you and|dalla|"
    r"della) ){0,2}"
    r"(?:(?:firma|société|entreprise|empresa|sociedad|mercantil|entidad|compañía|società|azienda|"
    r"ditta|company|vennootschap|bedrijf) )?"
)
OWN = (
    rf"\b(?i:angaben (?:gemäß|nach|gem\.|lt\.|laut) § ?5 (?:DDG|TMG|ECG|E-Commerce-Gesetz)[\s:]*|"
    rf"{_ROLE}(?:[^\S\n][^.:\n]{{1,60}}?)?{_JOIN}|"
    rf"{_DONE_BY}[\s:]+){_ARTICLE}"
)
"""Matches what stands before the name of the company whose text it is."""

SEATED = (
    r"\(?(?i:mit sitz in|con (?:sede|domicilio)|avec siège|dont le siège|ayant son siège|"
    r"au capital|société (?:par|anonyme|à)|com sede|gevestigd|statutair gevestigd|"
    r"whose registered|having its registered|with registered|registered (?:in|at|office)|"
    r"incorporated in|(?:im )?(?:folgenden|nachfolgend|nachstehend)|ci-après|en adelante|"
    r"(?:in )?(?:di )?seguito|hierna|doravante|hereinafter|hereafter|"
    r"(?:is|ist|est|es|è|é) (?:the |der |die |le |la |el |il |o )?(?:data )?"
    r"(?:controller|verantwortlich\w*|responsable|titolare|responsável)|is verantwoordelijk)\b"
)
"""Matches what stands behind it."""

REGISTERED = (
    r"(?i:company (?:registration |reg\. ?)?(?:no|number|nr)\b|"
    r"(?:vat|ein|abn) (?:no|number|reg|id)\b|hrb \d|ust-?id|siret\b|siren\b|rcs \w|r\.c\.s\.|"
    r"cif\b|nif\b|p\. ?iva|partita iva|kvk\b|btw\b)"
)
"""Matches what a company's legal notice gives behind its name and address: its numbers."""

_A = r"(?:an?|third[- ]party|ein(?:e[mnrs]?)?|une?|una|uno|een|um|uma) (?:[\w-]+ ){0,2}"
OTHERS = (  # what says that a name is that of a supplier or of another text's owner
    r"\b(?i:(?:powered|hosted|built|designed|developed|made|processed|supplied) (?:by|with|on)|"
    r"(?:web ?site|site|web ?design|theme|design|development|hosting) (?:by|from|provider:?)|"
    rf"{_A}(?:service|product|processor|tool|plug-?in) "
    r"(?:of|by|from|(?:provid|operat)ed by)|"
    rf"{_A}(?:dienst\w*|service|angebot|produkt|tool|plugin\w*) (?:der|des|von)|"
    r"(?:anbieter(?:in)?|dienstleister|hoster|auftragsverarbeiter)(?: ist|:| sind)|"
    r"gehostet (?:von|bei)|hébergé\w* (?:par|chez)|hébergeur(?: est)?(?: ?:)?|"
    rf"{_A}(?:service|outil|produit) (?:de|fourni par)|"
    r"(?:alojad|hospedad)[oa] (?:en|por)|"
    rf"{_A}(?:servicio|herramienta) (?:de|(?:prest|ofrec)\w+ por)|"
    rf"ospitat[oa] (?:da|su|presso)|{_A}(?:servizio|strumento) (?:di|(?:forn|offer)\w+ da)|"
    rf"gehost (?:door|bij)|{_A}(?:dienst|tool) van|"
    rf"hospedad[oa] (?:em|por)|{_A}(?:serviço|ferramenta) (?:da|de|prestado por)|"
    rf"datenschutzbeauftragter? (?:ist|:)|data protection officer(?: is|:))\s+{_ARTICLE}"
)
