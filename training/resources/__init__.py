"""Kinds of file for the spreadsheet desk, by record."""
