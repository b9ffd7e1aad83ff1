"""A company that a question asks about and that the corpus does not know."""

import re

from qabot.scope_company import ASKED, DEED, OWNED, is_ordinary

_WELL_KNOWN = (
    # the largest by subscribers or revenue: https://en.wikipedia.org/wiki/List_of_telephone_operating_companies
    "AT&T",
)
