"""Well-known companies: their names count as names in small letters too."""

import re
from types import MappingProxyType

from qabot.catalog.names import name_key

_NAMES = (
    # operators and providers of telephony over the internet
    *("AT&T", "Verizon", "T-Mobile", "Sprint", "Comcast", "Xfinity", "Vodafone", "Orange", "O2"),
    *("EE", "BT", "Sky", "Three", "TalkTalk", "Virgin Media", "giffgaff", "Deutsche Telekom"),
    *("Telefónica", "Telstra", "Optus", "Telus", "Rogers", "Airtel", "Jio", "Lycamobile"),
    *("Twilio", "RingCentral", "8x8", "Nextiva", "Ooma", "Dialpad", "Plivo", "MessageBird"),
    # online services
    *("Skype", "WhatsApp", "Viber", "Zoom", "Slack", "Google", "Facebook", "Apple", "Amazon"),
    *("Microsoft", "Netflix", "PayPal", "Instagram", "TikTok", "Twitter", "LinkedIn", "YouTube"),
    *("Snapchat", "Telegram", "Reddit", "Pinterest", "Spotify", "Disney", "Hulu", "Uber", "Lyft"),
    *("Airbnb", "Booking.com", "Expedia", "eBay", "Etsy", "Dropbox", "Adobe", "GitHub", "OpenAI"),
    *("Stripe", "Klarna", "Revolut", "Shopify", "Deliveroo", "DoorDash", "Yahoo", "Oracle"),
    # makers, shops, banks, carriers, posts
    *("Samsung", "Sony", "Nintendo", "IBM", "Intel", "Dell", "Tesla", "Toyota", "Nissan"),
    *("Walmart", "Tesco", "IKEA", "Costco", "Target", "Asda", "Sainsbury's", "McDonald's"),
    *("Starbucks", "Nike", "Adidas", "Zara", "H&M", "Shell", "BP", "HSBC", "Barclays", "Visa"),
    *("Mastercard", "American Express", "Wells Fargo", "Ryanair", "easyJet", "Lufthansa"),
    *("FedEx", "UPS", "DHL", "Royal Mail"),
)
_WORDS = frozenset(  # of these, what small letters do not tell from other words
    ("sprint", "orange", "sky", "three", "zoom", "slack", "apple", "telegram", "stripe", "target")
    + ("shell", "visa", "ups", "oracle", "intel", "dell", "rogers", "bp", "ee", "bt")
)
_AS_WRITTEN = MappingProxyType({name_key(name): name for name in _NAMES})
LISTED = re.compile(
    rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))})(?![\w-])",
    re.IGNORECASE,
)
"""Finds them in a text, in any case."""


def well_known(name: str) -> str | None:
    """Return a well-known company's name as it is written, or None; "orange" needs a capital."""
    key = name_key(name)
    return _AS_WRITTEN.get(key) if key not in _WORDS or name[:1].isupper() else None
