"""Filters of yearly plans and their lines, chainable."""

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from training.querysets.classes import TrainingQuerySet, unions_above


class PlanQuerySet(TrainingQuerySet):
    """Plans belong to the union that organises the training."""

    def visible_to(self, user):
        """Plans of the unions in reach, and published ones of unions above."""
        own = Q(pk__in=super().visible_to(user).values("pk"))
        return self.filter(own | Q(union__in=unions_above(user), state="published"))

    def with_sums(self):
        """``items`` lines, ``planned`` people of them, ``held`` classes that fulfil them."""
        lines = self.model._meta.get_field("lines").related_model.objects
        own = lines.filter(plan=OuterRef("pk")).order_by().values("plan")
        standing = Q(training_classes__state__in=["planned", "open", "running", "finished"])
        return self.annotate(
            items=Subquery(own.annotate(found=Count("pk")).values("found")),
            planned=Subquery(own.annotate(sum=Sum("people")).values("sum")),
            held=Subquery(own.annotate(found=Count("training_classes", filter=standing)).values("found")),
        )


class PlanLineQuerySet(TrainingQuerySet):
    """Lines go with their plan."""

    union_field = "plan__union"

    def open_to(self, paths):
        """Lines that classes of these unions may fulfil: of published plans, their own and those of unions above."""
        keys = {int(key) for path in paths for key in path.split("/") if key}
        return self.filter(plan__union__in=keys, plan__state="published")

    def with_actual(self):
        """``held`` classes that were not cancelled, ``attendances`` completed (人次), ``trained`` different people
        among them (人数), ``actual_hours`` of their sessions (None without)."""
        classes = self.model._meta.get_field("training_classes").related_model.objects
        own = (
            classes.filter(plan_line=OuterRef("pk")).exclude(state="cancelled").order_by().values("plan_line")
        )
        done = Q(enrolments__state="enrolled", enrolments__completed_on__isnull=False)

        def counted(expression):
            return Subquery(own.annotate(found=expression).values("found"))

        return self.annotate(
            held=counted(Count("pk")),
            attendances=counted(Count("enrolments", filter=done)),
            trained=counted(Count("enrolments__worker", filter=done, distinct=True)),
            actual_hours=counted(Sum(F("sessions__hours"))),
        )
