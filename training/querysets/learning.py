"""Filters of learning outside the unions' own classes, chainable."""

from django.db.models import Q

from training.querysets.certificates import TrainingQuerySet


class OutsideLearningQuerySet(TrainingQuerySet):
    def editable_by(self, user):
        """Rows the user may change; nothing is left to change of an anonymised person."""
        return super().editable_by(user).filter(worker__anonymised_on=None)

    def waiting(self):
        """Reported, and not decided by the town yet."""
        return self.filter(state="entered")

    def from_platform(self):
        """As the city federation's platform states them."""
        return self.filter(source="platform")

    def counting(self):
        """What figures count: approved, and not failed."""
        return self.filter(Q(state="approved") & ~Q(result="failed"))


class LearningPaperQuerySet(TrainingQuerySet):
    union_field = "learning__worker__union"
