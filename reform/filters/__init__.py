"""Filters of lists, by record."""
