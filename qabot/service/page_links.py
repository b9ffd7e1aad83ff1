"""Links to the service's own pages, for citations whose policy has no public address."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from hmac import compare_digest
from hmac import digest as hmac_digest
from urllib.parse import quote

from qabot.records import Answer, ChangedPolicy, Citation

_SIGNS = 16  # bytes of the signature: 128 bits cannot be guessed


@dataclass(frozen=True, slots=True)
class OwnPages:
    """Where the pages are, and what lets a browser without a key read one."""

    base: str  #: address of the service
    secret: bytes  #: signs
    days: int = 90  #: that a link opens its page for

    def url(self, version: str) -> str:
        """Return the address of the page of a version, signed so that its reader needs no key."""
        until = (date.today() + timedelta(self.days)).toordinal()
        access = f"{until}-{self._signature(version, until)}"
        return f"{self.base.rstrip('/')}/v1/versions/{quote(version)}?access={access}"

    def place(self, version: str, start: int, end: int) -> str:
        """Return the address of `text[start:end]` of a version, at which its page opens.

        Once a later version is in force the page says what became of that.
        """
        return f"{self.url(version)}&at={start}-{end}#p{start}"

    def opens(self, version: str, access: str) -> bool:
        """Tell whether `access` is the signature of a version, and has not expired."""
        day, _, signature = access.partition("-")
        if not (day.isascii() and day.isdecimal() and len(day) < 8):
            return False
        genuine = self._signature(version, int(day)).encode()
        is_genuine = compare_digest(genuine, signature.encode(errors="replace"))
        return is_genuine and date.today().toordinal() <= int(day)

    def as_long_as(self, access: str) -> "OwnPages":
        """Return these pages with links that open as long as one that was given: `access`.

        What a link opens has links of its own, which would else open for longer and longer.
        """
        day = int(access.partition("-")[0])
        return replace(self, days=day - date.today().toordinal())

    def linked(self, answer: Answer) -> Answer:
        """Return the answer, each citation with a link, in its parts too."""
        return replace(
            answer,
            citations=tuple(map(self.linked_citation, answer.citations)),
            nearest=tuple(map(self.linked_citation, answer.nearest)),
            parts=tuple(map(self.linked, answer.parts)),
            changed=answer.changed and replace(answer.changed, url=self.changes(answer.changed)),
        )

    def changes(self, changed: ChangedPolicy) -> str:
        """Return the address of the page that shows what changed in a policy."""
        return f"{self.url(changed.version)}&changes=true"

    def linked_citation(self, citation: Citation) -> Citation:
        """Return a citation with a link: its own, else one to the service's page."""
        if citation.url is not None:
            return citation
        spot = citation.highlight[0] if citation.highlight else citation
        return replace(citation, url=self.place(citation.version, spot.start, spot.end))

    def _signature(self, version: str, until: int) -> str:
        signed = f"{version} until {until}"
        return hmac_digest(self.secret, signed.encode(), "sha256")[:_SIGNS].hex()
