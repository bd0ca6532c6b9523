"""Which prize a rank gets, and how the facts of prizes are cleaned."""

from collections.abc import Callable, Iterable
from functools import partial

from competitions.models import Prize
from core.text import clean_short

PRIZE_CLEANERS: dict[str, Callable] = {"title": partial(clean_short, longest=30)}


def prize_of_rank(prizes: Iterable[Prize], rank: int) -> Prize | None:
    """The prize of a rank; None behind the last place.

    Places are counted through in the order of position: with one first and two second prizes, rank 1 has the first
    and ranks 2 and 3 the second. Who shares a rank gets the same prize, so that those who share the last place of a
    prize all have it; the ranks they left out are not filled up, so nobody moves up into a higher prize.
    """
    last = 0
    for prize in prizes:
        last += prize.places
        if rank <= last:
            return prize
    return None
