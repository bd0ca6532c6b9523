"""Colours and traffic lights that pages, charts and printed reports share.

A light is a shape, a word and a colour, so it reads the same in black and white and for colour-blind readers.
"""

from dataclasses import dataclass

RED = "#b3131b"
BLUE = "#1f4e8c"
GOLD = "#c8922b"
TEAL = "#2f7f86"
PURPLE = "#6a4c93"
GREY = "#8a8f98"
INK = "#333333"
RULE = "#d9dce1"
SERIES = (RED, BLUE, GOLD, TEAL, PURPLE, GREY)


@dataclass(frozen=True)
class Light:
    """One state of a measure: code in data, symbol and word for readers, colour on white."""

    code: str
    symbol: str
    word: str
    colour: str

    @property
    def text(self) -> str:
        """Symbol and word, as printed."""
        return f"{self.symbol}{self.word}"


LIGHTS = {
    light.code: light
    for light in (
        Light("normal", "●", "正常", "#2b7a2f"),
        Light("late", "▲", "滞后", "#b46a00"),
        Light("alarm", "■", "预警", "#c62828"),
        Light("unreported", "○", "未报", "#5f6670"),
    )
}
