"""The set-based writing of imported lines, by record."""
