"""Filters of the rules of safety training that firms fall under, chainable."""

from training.querysets.classes import TrainingQuerySet
from unions.spells import in_effect


class SafetyProfileQuerySet(TrainingQuerySet):
    """Kept with the firm."""

    union_field = "employer__union"

    def on(self, day):
        """In effect on the day (a date or an expression)."""
        return self.filter(in_effect(day))
