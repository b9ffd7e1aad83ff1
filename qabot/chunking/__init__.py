"""Versions to passages and their sentences."""
