"""How facts are cleaned and checked, by record."""
