"""A question in a scope to an answer."""
