"""Names of firms and unions: when two spellings mean the same one. Forms and imports ask the same functions."""

from core.text import clean_text, match_key

NAME_LENGTH = 100
_BRACKETS = str.maketrans("〔〕【】［］[]「」", "()()()()()")


def clean_title(value) -> str:
    """The name of a firm or union as stored: one line, with the full-width brackets of the register.

    Raises TextError for broken characters.
    """
    return clean_text(value).replace("(", "（").replace(")", "）")


def employer_key(name: str) -> str:
    """The form in which two spellings of a firm's name are equal: width, brackets, spaces, case do not matter."""
    return match_key(name).translate(_BRACKETS)[:NAME_LENGTH]
