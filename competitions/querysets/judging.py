"""Filters of judges, their seats and their marks, chainable. Only the union that holds the contest sees them."""

from competitions.querysets.contests import CompetitionQuerySet


class JudgeQuerySet(CompetitionQuerySet):
    """Kept by the union that holds the contest."""

    union_field = "contest__union"


class SeatQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "stage__event__contest__union"


class ConflictQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "judge__contest__union"


class CriterionQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "stage__event__contest__union"


class MarkQuerySet(CompetitionQuerySet):
    """Kept like their contest. What one judge gave is shown to nobody else before the freeze: pages ask by seat."""

    union_field = "entry__event__contest__union"


class CardQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "entry__event__contest__union"


class AbsenceQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "stage__event__contest__union"

    def standing(self):
        """Those that no upheld objection lifted: these count."""
        return self.filter(lifted_by=None)


class CutQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "stage__event__contest__union"


class TypingQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "seat__stage__event__contest__union"


class TypedMarkQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "typing__seat__stage__event__contest__union"
