"""Indicators and sections of reports, by subject."""
