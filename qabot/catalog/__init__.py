"""Whose policy a file is, which policy, and from when until when it is in force."""
