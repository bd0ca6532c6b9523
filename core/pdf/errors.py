"""What can go wrong while a document is printed. Operators read these, so they name the cause and the cure."""


class PrintError(Exception):
    """The document could not be printed; nothing was produced."""


class MissingGlyphError(PrintError):
    """Some characters have no glyph in the font set; ``places`` maps each to the text around it."""

    def __init__(self, places: dict[str, str]):
        self.places = places
        found = "；".join(
            f"“{character}”（U+{ord(character):04X}）在“{place}”" if place else f"U+{ord(character):04X}"
            for character, place in sorted(places.items())
        )
        super().__init__(
            f"字体缺少下列字符，文件未生成：{found}。请更正文字，或在字体目录补充含该字符的字体。"
        )


class ForbiddenResourceError(PrintError):
    """The document asked for something other than our own static files and data URIs."""


class UnsafeDocumentError(PrintError):
    """The finished file holds something that an official document must not hold."""


class IncompleteDocumentError(PrintError):
    """Something could not be drawn or loaded; WeasyPrint would go on without it."""
