"""Filters of classes, sessions and enrolments, chainable."""

from django.db.models import Avg, Count, OuterRef, Q, Subquery, Sum

from core.access import Permission
from unions.scoping import ScopedQuerySet, reach, unions_under


class TrainingQuerySet(ScopedQuerySet):
    """Records of training: opened by the permissions of training."""

    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def own_or_above(self, user) -> Q:
        """Condition: of the unions in reach, or of a union above one of them."""
        own = Q(pk__in=super().visible_to(user).values("pk"))
        return own | Q(**{f"{self.union_field}__in": unions_above(user)})


def unions_above(user) -> set[int]:
    """Keys of the unions above those over which the user sees training."""
    return {int(key) for path in reach(user, Permission.VIEW_TRAINING) for key in path.split("/")[:-2]}


class OfferedQuerySet(TrainingQuerySet):
    """What a union organises, and may offer to the unions below it (``is_open_below``)."""

    unoffered: tuple[str, ...] = ()  # states in which those below do not see it
    taking_part = ""  # the relation to those who take part

    def open_to(self, user):
        """Those of the unions in reach, and those of unions above that are open to the unions below."""
        if not unions_above(user):
            return super().visible_to(user)
        return self.filter(self._open(user, unions_under(reach(user, self.view_permission))))

    def visible_to(self, user):
        """Those that are open to the user, and those in which people of the unions in reach take part: whom the
        organiser put in, or who were there before it was closed to them."""
        if not unions_above(user):
            return super().visible_to(user)
        unions = unions_under(reach(user, self.view_permission))
        relation = self.model._meta.get_field(self.taking_part)
        own = relation.related_model.objects.filter(union__in=unions)
        return self.filter(self._open(user, unions) | Q(pk__in=own.values(relation.field.name)))

    def _open(self, user, unions) -> Q:
        offered = Q(union__in=unions_above(user), is_open_below=True) & ~Q(state__in=self.unoffered)
        return Q(union__in=unions) | offered


class ClassQuerySet(OfferedQuerySet):
    """Classes belong to the union that organises them."""

    unoffered, taking_part = ("planned", "cancelled"), "enrolments"

    def offered_to(self, user):
        """Classes open to the user that take enrolments now."""
        return self.open_to(user).filter(state__in=["open", "running"])

    def with_counts(self):
        """``enrolled``, ``waiting``, ``completed`` (people), ``actual_hours`` (None without sessions); ``answers``:
        how many said how content they are, and ``stars``: the average."""
        enrolments = self.model._meta.get_field("enrolments").related_model.objects
        sessions = self.model._meta.get_field("sessions").related_model.objects

        def counted(rows):
            rows = rows.filter(training_class=OuterRef("pk")).order_by().values("training_class")
            return Subquery(rows.annotate(found=Count("pk")).values("found"))

        held = sessions.filter(training_class=OuterRef("pk")).order_by().values("training_class")
        said = enrolments.enrolled().filter(training_class=OuterRef("pk"), satisfaction__isnull=False)
        said = said.order_by().values("training_class")
        return self.annotate(
            answers=counted(enrolments.enrolled().filter(satisfaction__isnull=False)),
            stars=Subquery(said.annotate(average=Avg("satisfaction")).values("average")),
            enrolled=counted(enrolments.enrolled()),
            waiting=counted(enrolments.waiting()),
            completed=counted(enrolments.completed()),
            actual_hours=Subquery(held.annotate(sum=Sum("hours")).values("sum")),
        )


class SessionQuerySet(TrainingQuerySet):
    union_field = "training_class__union"

    def with_attendance(self):
        """``attended``: how many people were there; ``signed_in``: those of them who signed in with a code."""
        rows = self.annotate(
            attended=Count("attendances"),
            signed_in=Count("attendances", filter=Q(attendances__source="code")),
        )
        return rows.order_by("on", "starts_at", "pk")  # grouped rows have no order of their own


class PhotoQuerySet(TrainingQuerySet):
    """Seen by whoever keeps the class or stands above: people can be recognised on them."""

    union_field = "training_class__union"


class TakingPartQuerySet(TrainingQuerySet):
    """Rows about people who take part: seen and kept by the person's union, and by the union that organises."""

    organiser_field = ""

    def inside(self, unions):
        """Either union is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(
            Q(**{f"{self.union_field}__in": unions}) | Q(**{f"{self.organiser_field}__in": unions})
        )

    def opened_by(self, user):
        """Annotates ``opens``: the key of the person's record where the user may open it, else None.

        A value, not EXISTS: for that the planner reads the whole roll into a table first, for 50 rows of a page.
        """
        people = self.model._meta.get_field("worker").related_model.objects
        return self.annotate(
            opens=Subquery(people.visible_to(user).filter(pk=OuterRef("worker")).values("pk"))
        )


class EnrolmentQuerySet(TakingPartQuerySet):
    """Enrolments, by the union of the person at enrolment and the organiser of the class."""

    organiser_field = "training_class__union"

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

    def with_hours(self):
        """``attended_hours``: 学时 of the sessions the person was at; None for nobody's."""
        notes = self.model._meta.get_field("attendances").related_model.objects
        held = notes.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
        return self.annotate(attended_hours=Subquery(held.annotate(sum=Sum("session__hours")).values("sum")))


class AttendanceQuerySet(TakingPartQuerySet):
    """Seen and kept like the enrolment it is about."""

    union_field = "session__training_class__union"
    organiser_field = "enrolment__union"
