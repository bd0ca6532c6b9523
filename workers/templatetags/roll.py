"""Masked numbers. Tags get the stored tail, never the number."""

from django import template

from core.idnumbers import CITIZEN, FOREIGNER_CARD, RESIDENCE_PERMIT, TEMPORARY

register = template.Library()
DOT = "•"
EIGHTEEN = (CITIZEN, TEMPORARY, RESIDENCE_PERMIT, FOREIGNER_CARD)


@register.filter
def masked_number(document, shown: int = 2) -> str:
    """Dots and the last two characters of a document's number: more would give it away beside a birth date or
    an age, and lists show either as their reader chooses (domain facts 17.3)."""
    if document is None:
        return ""
    hidden = 18 - shown if document.doc_type in EIGHTEEN else 6
    return DOT * hidden + document.number_tail[-shown:]


@register.filter
def masked_phone(tail: str) -> str:
    """Dots and the last four digits of a phone number."""
    return DOT * 7 + tail if tail else ""
