"""A set of people in a query string: their keys, packed, because five hundred of them must fit into an address.

Keys say nothing about a person, and what they open is decided by the reach of whoever follows the address.
"""

from collections.abc import Iterable

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LARGEST = 500
_LONGEST_PART = 13  # digits of the largest key of the database


def pack(keys: Iterable[int]) -> str:
    """Keys as text: ascending, each as the distance from the one before, in base 36."""
    parts, last = [], 0
    for key in sorted(set(keys)):
        parts.append(_in_base_36(key - last))
        last = key
    return ".".join(parts)


def unpack(text: str) -> list[int]:
    """The keys of a packed text; whatever is no such text, or holds more than LARGEST, gives none."""
    parts = text.split(".")
    if not text or len(parts) > LARGEST:
        return []
    keys, last = [], 0
    for part in parts:
        if not part or len(part) > _LONGEST_PART or not set(part) <= set(DIGITS):
            return []
        last += int(part, 36)
        keys.append(last)
    return keys if last < 2**63 else []


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
