"""Tests of what a build is made of, one file per module."""
