"""Lists for page and file, by record."""
