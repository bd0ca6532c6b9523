"""Sections of the report, by subject."""
