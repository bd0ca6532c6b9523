"""Staged rows of sheets against what is known."""
