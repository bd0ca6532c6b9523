"""How the dated rows of two records of one person become one history (合并).

Memberships: a person has one at a time, so where both records had one on a day, **the kept record's spell holds
for that day**, retained or not, and the absorbed record's spell is cut to the days outside. Where the two are at
the same union in the same state, they are one spell from the earlier start to the later end. Every day that
either record was a member stays a day of membership, and no other day becomes one.

Employments: several at once are allowed; only those at the same firm that overlap become one, from the earlier
start to the later end. A start that is not known gives way to one that is.

Nothing here touches the database: ``workers.services.merging`` writes what these functions say and keeps the
rows as they were.
"""

import datetime as dt
import functools
from dataclasses import dataclass, replace

from workers.models import Change

FAR = dt.date.max


@dataclass(frozen=True)
class Piece:
    """A spell, or what is left of one; ``pk`` names the row it came from, ``kept`` whose it was."""

    pk: int
    kept: bool
    union: int
    start: dt.date
    end: dt.date | None
    is_retained: bool
    status: str
    start_change: str
    start_reason: str = ""
    end_change: str = ""
    end_reason: str = ""
    is_deemed: bool = False

    @property
    def last(self) -> dt.date:
        """The end, or the end of time."""
        return self.end or FAR

    def same_place(self, other: "Piece") -> bool:
        """At the same union in the same state."""
        return (self.union, self.is_retained, self.status) == (other.union, other.is_retained, other.status)

    def touches(self, other: "Piece") -> bool:
        """They share a day or one begins where the other ends."""
        return self.start <= other.last and other.start <= self.last

    def overlaps(self, other: "Piece") -> bool:
        """They share a day."""
        return self.start < other.last and other.start < self.last


def collapse_memberships(kept: list[Piece], absorbed: list[Piece]) -> list[Piece]:
    """The one history, by start. A piece that joined others carries the pk of the kept record's first row."""
    spells = sorted(kept, key=lambda piece: piece.start)
    rest = []
    for piece in absorbed:
        joined = {spell.pk for spell in spells if spell.same_place(piece) and spell.overlaps(piece)}
        for part in _outside(piece, spells):
            partners = [spell for spell in spells if spell.pk in joined and spell.touches(part)]
            if partners:
                spells = [spell for spell in spells if spell not in partners]
                spells.append(_one([*partners, part]))
                spells.sort(key=lambda piece: piece.start)
            else:
                rest.append(part)
    return sorted([*spells, *rest], key=lambda piece: piece.start)


def _outside(piece: Piece, spells: list[Piece]) -> list[Piece]:
    """What of a spell lies outside the kept record's, with changes at the cut ends that say what happened."""
    parts, start = [], piece.start
    for spell in spells:
        if not spell.overlaps(piece):
            continue
        if start < spell.start:
            parts.append(_cut(piece, start, spell.start, ends_before=spell))
        start = max(start, spell.last)
    if start < piece.last:
        parts.append(_cut(piece, start, piece.end))
    return parts


def _cut(piece: Piece, start: dt.date, end: dt.date | None, ends_before: Piece | None = None) -> Piece:
    part = replace(piece, start=start, end=end)
    if start != piece.start:
        change = Change.RETAIN if piece.is_retained else Change.TRANSFER_IN
        part = replace(part, start_change=change, start_reason="")
    if ends_before is not None:
        change = Change.RETAIN if ends_before.is_retained else Change.TRANSFER_OUT
        part = replace(part, end_change=change, end_reason="", is_deemed=False)
    return part


def _one(pieces: list[Piece]) -> Piece:
    """Touching pieces as one, with the first piece's pk; each end tells the change of its own piece."""
    first, last = min(pieces, key=lambda piece: piece.start), max(pieces, key=lambda piece: piece.last)
    beginning = {name: getattr(first, name) for name in ("start", "start_change", "start_reason")}
    ending = {name: getattr(last, name) for name in ("end", "end_change", "end_reason", "is_deemed")}
    return replace(pieces[0], **beginning, **ending)


@dataclass(frozen=True)
class Job:
    """An employment with its facts (form, occupation, team, staff number)."""

    pk: int
    employer: int
    start: dt.date | None
    end: dt.date | None
    facts: tuple[str, ...] = ()


def collapse_employments(kept: list[Job], absorbed: list[Job]) -> list[Job]:
    """The jobs of both; a job that took up others keeps its own pk and blank facts are filled from them."""
    jobs = list(kept)
    for job in absorbed:
        met = [other for other in jobs if other.employer == job.employer and _meet(other, job)]
        jobs = [other for other in jobs if other not in met]
        jobs.append(functools.reduce(_one_job, [*met, job]))
    return jobs


def _meet(one: Job, other: Job) -> bool:
    return (one.start or dt.date.min) < (other.end or FAR) and (other.start or dt.date.min) < (one.end or FAR)


def _one_job(first: Job, second: Job) -> Job:
    starts = [job.start for job in (first, second) if job.start]
    end = None if first.end is None or second.end is None else max(first.end, second.end)
    facts = tuple(a or b for a, b in zip(first.facts, second.facts, strict=True))
    return Job(first.pk, first.employer, min(starts, default=None), end, facts)
