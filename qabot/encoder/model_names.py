"""The names of the models that come along. It imports nothing, so that settings can."""

PLAIN = "all-MiniLM-L6-v2"
"""The base model, as published."""
DEFAULT = "all-MiniLM-L6-v2-policies"
"""The base model with the layers tuned on policies that come with this package."""
