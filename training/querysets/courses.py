"""Filters of online courses and of those who learn them, chainable."""

import datetime as dt

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from training.querysets.classes import OfferedQuerySet, TakingPartQuerySet, TrainingQuerySet


class CourseQuerySet(OfferedQuerySet):
    """Courses belong to the union that puts them online."""

    unoffered, taking_part = ("draft",), "learners"

    def open_on(self, day: dt.date):
        """People may learn them on the day."""
        begun = self.filter(state="published", opens_on__lte=day)
        return begun.filter(Q(closes_on=None) | Q(closes_on__gte=day))

    def with_counts(self):
        """``enrolled``, ``begun`` and ``completed`` people of the whole course; None for nobody."""
        learners = self.model._meta.get_field("learners").related_model.objects

        def counted(rows):
            rows = rows.filter(course=OuterRef("pk")).order_by().values("course")
            return Subquery(rows.annotate(found=Count("pk")).values("found"))

        return self.annotate(
            enrolled=counted(learners.all()),
            begun=counted(learners.filter(began_at__isnull=False)),
            completed=counted(learners.completed()),
        )


class SectionQuerySet(TrainingQuerySet):
    union_field = "course__union"


class QuestionQuerySet(TrainingQuerySet):
    union_field = "course__union"


class OptionQuerySet(TrainingQuerySet):
    union_field = "question__course__union"


class LearnerQuerySet(TakingPartQuerySet):
    """Learners, by the union of the person at enrolment and the organiser of the course."""

    organiser_field = "course__union"

    def completed(self):
        """Who completed the course: the base of 网上课堂人次."""
        return self.filter(completed_on__isnull=False)

    def with_progress(self):
        """``seconds`` counted and ``done`` sections of the person, ``best`` mark of the quiz; None for nothing yet.
        ``is_stuck``: all goes at the quiz are used up, and none was passed."""
        progress = self.model._meta.get_field("progress").related_model.objects
        attempts = self.model._meta.get_field("attempts").related_model.objects
        mine = progress.filter(learner=OuterRef("pk")).order_by().values("learner")
        marks = attempts.filter(learner=OuterRef("pk"), score__isnull=False).order_by("-score", "pk")
        used = (
            attempts.filter(learner=OuterRef("pk"), submitted_at__isnull=False).order_by().values("learner")
        )
        goes = Coalesce(Subquery(used.annotate(found=Count("pk")).values("found")), 0)
        passed = Exists(attempts.filter(learner=OuterRef("pk"), passed=True))
        rows = self.alias(goes=goes, has_passed=passed)
        used_up = Q(completed_on=None, has_passed=False, goes__gte=F("course__attempts_allowed"))
        return rows.annotate(
            is_stuck=ExpressionWrapper(used_up, output_field=BooleanField()),
            seconds=Subquery(mine.annotate(sum=Sum("seconds")).values("sum")),
            done=Subquery(mine.annotate(found=Count("done_at")).values("found")),
            best=Subquery(marks.values("score")[:1]),
        )


class ProgressQuerySet(TakingPartQuerySet):
    """Seen and kept like the learner it is about."""

    union_field = "learner__union"
    organiser_field = "learner__course__union"


class AttemptQuerySet(TakingPartQuerySet):
    """Seen and kept like the learner it is about."""

    union_field = "learner__union"
    organiser_field = "learner__course__union"
