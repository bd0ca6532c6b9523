"""Lists for page, file and bulk edit, by record."""
