"""Filters and annotations of one model, by record."""
