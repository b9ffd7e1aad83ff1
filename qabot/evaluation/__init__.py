"""Figures, fitted numbers, tuned weights."""
