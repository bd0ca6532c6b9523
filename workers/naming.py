"""Search keys of a person's name, the same for forms and imports."""

from core.pinyin import pinyin_keys


def search_keys(name: str) -> dict[str, str]:
    """The four search columns of ``Worker`` for a cleaned name."""
    keys = pinyin_keys(name)
    return {
        "pinyin": keys.full,
        "initials": keys.initials,
        "other_pinyin": keys.other_full,
        "other_initials": keys.other_initials,
    }
