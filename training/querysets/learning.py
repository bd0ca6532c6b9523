"""Filters of learning outside the unions' own classes, chainable."""

from django.db.models import Exists, OuterRef, Q

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
        """What figures count: approved, and not failed; not what a union reported and the platform states as well."""
        same = {name: OuterRef(name) for name in ("worker", "title", "completed_on")}
        stated = Exists(self.model.objects.from_platform().filter(**same))
        return self.filter(Q(state="approved") & ~Q(result="failed")).exclude(Q(source="self") & stated)


class LearningPaperQuerySet(TrainingQuerySet):
    union_field = "learning__worker__union"
