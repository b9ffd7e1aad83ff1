"""Answers questions about company policies with verbatim, checkable citations."""

__version__ = "0.1.0"
