"""Kinds of sheets about competitions."""
