"""A question to what is asked: of whom, of which day, in which words."""
