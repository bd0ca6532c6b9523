"""Filters of classes, sessions and enrolments, chainable."""

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum

from core.access import Permission
from unions.scoping import ScopedQuerySet, reach


class TrainingQuerySet(ScopedQuerySet):
    """Records of training: opened by the permissions of training."""

    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING


class ClassQuerySet(TrainingQuerySet):
    """Classes belong to the union that organises them."""

    def visible_to(self, user):
        """Classes of the unions in reach, and those of unions above that are open to the unions below."""
        own = super().visible_to(user)
        above = {int(key) for path in reach(user, self.view_permission) for key in path.split("/")[:-2]}
        if not above:
            return own
        offered = Q(union__in=above, is_open_below=True) & ~Q(state__in=["planned", "cancelled"])
        return self.filter(Q(pk__in=own.values("pk")) | offered)

    def offered_to(self, user):
        """Visible classes that take enrolments now."""
        return self.visible_to(user).filter(state__in=["open", "running"])

    def with_counts(self):
        """``enrolled``, ``waiting``, ``completed`` (people) and ``actual_hours`` (None without sessions)."""
        enrolments = self.model._meta.get_field("enrolments").related_model.objects
        sessions = self.model._meta.get_field("sessions").related_model.objects

        def counted(rows):
            rows = rows.filter(training_class=OuterRef("pk")).order_by().values("training_class")
            return Subquery(rows.annotate(found=Count("pk")).values("found"))

        held = sessions.filter(training_class=OuterRef("pk")).order_by().values("training_class")
        return self.annotate(
            enrolled=counted(enrolments.enrolled()),
            waiting=counted(enrolments.waiting()),
            completed=counted(enrolments.completed()),
            actual_hours=Subquery(held.annotate(sum=Sum("hours")).values("sum")),
        )


class SessionQuerySet(TrainingQuerySet):
    union_field = "training_class__union"

    def with_attendance(self):
        """``attended``: how many people were there."""
        return self.annotate(attended=Count("attendances"))


class EnrolmentQuerySet(TrainingQuerySet):
    """Seen and kept by the union of the person at enrolment, and by the union that organises the class."""

    def inside(self, unions):
        """Either union is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(union__in=unions) | Q(training_class__union__in=unions))

    def standing(self):
        """Not withdrawn: with a place, or waiting for one."""
        return self.exclude(state="withdrawn")

    def enrolled(self):
        """With a place."""
        return self.filter(state="enrolled")

    def waiting(self):
        """On the waiting list, in its order."""
        return self.filter(state="waiting").order_by("position")

    def completed(self):
        """Took part to the end, whatever the result: the base of 培训人次 (rows) and 培训人数 (distinct people)."""
        return self.filter(state="enrolled", completed_on__isnull=False)

    def people(self) -> int:
        """How many different people these rows are about (培训人数)."""
        return self.order_by().aggregate(people=Count("worker", distinct=True))["people"]

    def opened_by(self, user):
        """Annotates ``opens``: whether the user may open the person's record."""
        people = self.model._meta.get_field("worker").related_model.objects
        return self.annotate(opens=Exists(people.visible_to(user).filter(pk=OuterRef("worker"))))

    def with_hours(self):
        """``attended_hours``: 学时 of the sessions the person was at; None for nobody's."""
        notes = self.model._meta.get_field("attendances").related_model.objects
        held = notes.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
        return self.annotate(attended_hours=Subquery(held.annotate(sum=Sum("session__hours")).values("sum")))


class AttendanceQuerySet(TrainingQuerySet):
    """Seen and kept like the enrolment it is about."""

    union_field = "session__training_class__union"

    def inside(self, unions):
        """Either union of the enrolment is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(enrolment__union__in=unions) | Q(session__training_class__union__in=unions))
