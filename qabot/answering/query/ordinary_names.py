"""Words of which a company's name is not made: who acts in any policy, abbreviations, places."""

from qabot.catalog.dates import MONTHS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


GENERAL = _set(
    "account admin anybody anyone administrator advertiser agency agent alcohol app applicant "
    "assistant author bank "
    "billing bot broker browser buyer camera candidate card carrier chatbot child client colleague "
    "compliance computer consultant contractor cookie courier creator crew customer dealer device "
    "developer doctor driver editor email employee employer everybody everyone finance form guest "
    "hacker host insurer janitor judge juvenile landlord lawyer legal lender malware manager "
    "marketing member minor moderator modem nobody nurse operator owner parent partner patient "
    "payroll phone pixel player plugin police porn portal premium privacy profile provider "
    "publisher pupil receipt recipient recruiter referee renter reseller retailer rider router "
    "sales seller sender server site somebody someone spam spouse staff student sub subscriber "
    "supervisor supplier teacher tenant thief tool trainer uploader user vendor victim video "
    "visitor volunteer warranty website whoever widget worker yall"
)
"""Who and what acts in policies, and is spoken to."""

ABBREVIATIONS = _set(
    "ai api apis atm ccpa ceo cfo cia cnil coppa cpra cpu cto cv dmca dna dns dpa dpo eea eu faq "
    "fbi fca fcc ftc gdpr gps hipaa hr html http https ico id ids iot ip irs isp isps it llm llms "
    "mfa mms mps nato nda nfc nhs nsa ofcom os otp pci pdf pin pr pto qr rfid roi sdk sim sla sms "
    "sso ssl ssn tls tv uk un url us usa vat vip voip vpn wifi wlan xml"
)
"""In general use, or of laws and offices."""

PLACES = _set(
    "africa america asia australia austria belgium brazil britain california canada china colorado "
    "denmark england europe finland florida france germany greece holland india indonesia ireland "
    "israel italy japan korea london mexico netherlands norway philippines poland portugal quebec "
    "russia scotland singapore spain sweden switzerland texas turkey ukraine virginia wales "
    "christmas easter ramadan brexit covid monday tuesday wednesday thursday friday saturday "
    "sunday english french german spanish italian dutch european american british "
    f"{MONTHS['en']}"
)
"""Places, days and peoples."""

HEADS = _set(
    "act addendum agency agent agreement assembly association authority board code commission "
    "committee company congress convention council court department directive employer government "
    "guidelines law laws minister ministry officer ombudsman panel parliament plan programme "
    "program protection provider regulation regulator seller senate shield states supplier team "
    "tribunal union"
)
"""Last words of the names of bodies, offices, laws and texts."""

REGULATORS = _set("ofcom ofgem ofsted ofwat fca ftc fcc ico cma bbb asa citizens-advice")
"""Who watches over companies, and is complained to."""

PAYING = _set("paypal visa mastercard amex klarna stripe revolut maestro sepa")
"""By which one pays."""

TOOLS = _set("ads adsense adwords analytics connect fonts login maps pay pixel recaptcha")
"""Last words of what well-known companies make for other companies' sites."""
