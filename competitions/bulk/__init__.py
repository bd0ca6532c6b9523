"""The write paths of sheets, in sets."""
