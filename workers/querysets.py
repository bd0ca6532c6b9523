"""Filters of the roll, chainable."""

from django.db import models
from django.db.models import Q

from core.access import Permission
from unions.scoping import ScopedQuerySet
from unions.spells import in_effect

HIGH_SKILL = ("L4", "L5", "L6", "L7", "L8")
SKILLED = ("L2", "L3", *HIGH_SKILL)
PARTY_MEMBERS = ("01", "02")


class RollQuerySet(ScopedQuerySet):
    """Personal records: opened by the permissions of the roll."""

    view_permission = Permission.VIEW_ROLL
    edit_permission = Permission.EDIT_ROLL


class MatterQuerySet(RollQuerySet):
    """Business that waits for a decision of the union in charge."""

    def open(self):
        """Not decided yet."""
        return self.filter(state="open")


class RollCallQuerySet(RollQuerySet):
    """Quarterly roll calls of unions."""


class RollCallEntryQuerySet(RollQuerySet):
    union_field = "roll_call__union"


class TransferQuerySet(RollQuerySet):
    """Transfers are seen by both unions."""

    union_field = "origin"

    def inside(self, unions):
        """Either side is one of these unions (None: the whole town)."""
        return self.all() if unions is None else self.filter(Q(origin__in=unions) | Q(destination__in=unions))

    def pending(self):
        """Waiting for one of the two confirmations."""
        return self.filter(state="pending")


class ConflictQuerySet(ScopedQuerySet):
    """Both sides of a conflict are for those who settle it; officers get cards (``workers.queries``)."""

    union_field = "holder"
    view_permission = Permission.SETTLE_CONFLICTS
    edit_permission = Permission.SETTLE_CONFLICTS

    def open(self):
        """Not decided yet."""
        return self.filter(decision="")


class DuplicateQuerySet(RollQuerySet):
    """Pairs of records: seen by whoever reaches both."""

    union_field = "low__union"

    def inside(self, unions):
        """Both records are kept by these unions (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(low__union__in=unions, high__union__in=unions)

    def of(self, worker):
        """Pairs in which the record is one of the two."""
        return self.filter(Q(low=worker) | Q(high=worker))

    def open(self):
        """Not looked at yet."""
        return self.filter(state="open")


class MergeQuerySet(RollQuerySet):
    """Merges, by the record that was kept."""

    union_field = "kept__union"


class BulkEditQuerySet(models.QuerySet):
    """Bulk edits belong to the user who made them."""

    def visible_to(self, user):
        """The user's own."""
        return self.filter(created_by=user)

    def with_counts(self):
        """``written``, ``left_out`` and ``reverted``: rows by what became of them."""
        ends = {
            "written": ("applied", "kept", "reverted"),
            "left_out": ("skipped", "no_job"),
            "reverted": ("reverted",),
        }
        return self.annotate(
            **{
                name: models.Count("rows", filter=Q(rows__outcome__in=outcomes))
                for name, outcomes in ends.items()
            }
        )


class BulkEditRowQuerySet(RollQuerySet):
    union_field = "worker__union"


class DocumentQuerySet(RollQuerySet):
    union_field = "worker__union"


class WorkerQuerySet(RollQuerySet):
    def within_reach(self, user, permission):
        """Records in reach; signs of merged ones are no people."""
        return super().within_reach(user, permission).filter(merged_into=None)

    def editable_by(self, user):
        """Records the user may change; nothing is left to change of an anonymised one."""
        return super().editable_by(user).filter(anonymised_on=None)

    def on_roll(self):
        """People who have not left: members, retained members and employees who have not joined."""
        return self.exclude(standing="left")

    def members(self):
        """Active members today; retained members are not among them (domain facts 3)."""
        return self.filter(standing="member")

    def voters(self, on):
        """People with a vote on the day: active members, never retained ones (domain facts 3)."""
        spells = self.model._meta.get_field("memberships").related_model.objects.voters(on)
        return self.filter(pk__in=spells.values("worker"))

    def complete(self):
        """All mandatory fields of the collection form are filled (domain facts 2.2), or were when the person was
        anonymised: a figure of a past period stays what it was."""
        filled = Q(
            sex__in=["1", "2"],
            birth_date__isnull=False,
            phone_index__isnull=False,
            documents__is_current=True,
        )
        for field in ("ethnicity", "employment_status", "education", "skill_level", "household_type"):
            filled &= ~Q(**{field: ""})
        return self.filter(filled | Q(was_complete=True))

    def incomplete(self):
        """At least one mandatory field is not filled: everybody whom ``complete`` leaves out.

        Each condition has an index of its own, so few such people among a million are found at once. Documents
        are not asked for: everybody has one in use (``check_invariants``) until anonymisation takes the phone too.
        """
        return self.filter(was_complete=False).filter(
            Q(sex__in=["0", "9"])
            | Q(birth_date=None)
            | Q(phone_index=None)
            | Q(ethnicity="")
            | Q(employment_status="")
            | Q(education="")
            | Q(skill_level="")
            | Q(household_type="")
        )


class EmploymentQuerySet(RollQuerySet):
    union_field = "worker__union"

    def on(self, day):
        """In effect on the day; an unknown start counts as long ago."""
        return self.filter(Q(start=None) | Q(start__lte=day)).filter(Q(end=None) | Q(end__gt=day))


class MembershipQuerySet(RollQuerySet):
    def on(self, day):
        """Spells in effect on the day, retained ones included."""
        return self.filter(in_effect(day))

    def active(self):
        """Without retained members, who neither vote nor count in rates (domain facts 3)."""
        return self.filter(is_retained=False)

    def voters(self, on):
        """Memberships with a vote on the day: the base of quorums, delegate numbers and 入会率."""
        return self.on(on).active()

    def started_in(self, period):
        """Spells that began within the period."""
        return self.filter(start__range=(period.start, period.end))

    def ended_in(self, period):
        """Spells whose change at the end is dated within the period."""
        return self.filter(end__range=(period.start, period.end))
