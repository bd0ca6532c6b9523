"""Lists that can be exported, by record."""
