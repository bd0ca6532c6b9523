"""How facts are cleaned, by record."""
