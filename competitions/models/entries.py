"""Entries: a person or a team in an event, and who stands in it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competitions.models.contests import Event
from competitions.querysets.entries import DrawQuerySet, EntrantQuerySet, EntryQuerySet
from workers.models import Worker


class Entry(models.Model):
    """One entry (参赛) of a union in an event: one person, or a team with its name.

    ``union`` is the union that enters, as it was then: quotas and figures of the past stay. Start numbers are drawn
    among those admitted and stay when somebody withdraws. ``remark`` is what the entering union says with the entry.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待审核"
        ADMITTED = "admitted", "审核通过"
        REFUSED = "refused", "不予通过"
        WITHDRAWN = "withdrawn", "已退赛"

    event = models.ForeignKey(Event, models.PROTECT, related_name="entries", verbose_name="比赛项目")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="参赛工会")
    team_name = models.CharField("队名", max_length=50, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.SUBMITTED)
    note = models.CharField("审核或退赛说明", max_length=200, blank=True)
    remark = models.CharField("报名备注", max_length=200, blank=True)
    start_number = models.PositiveIntegerField("参赛号", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报名人"
    )
    entered_at = models.DateTimeField("报名时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核人",
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("退赛时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "参赛报名"
        ordering = ["start_number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "start_number"],
                name="competitions_entry_start_number",
                violation_error_message="这个参赛号已有人使用",
            ),
            models.UniqueConstraint(
                fields=["event", "union", "team_name"],
                condition=Q(state__in=["submitted", "admitted"]) & ~Q(team_name=""),
                name="competitions_entry_team_once",
                violation_error_message="本工会在这个项目已有同名的队",
            ),
            models.CheckConstraint(
                name="competitions_entry_decided",
                condition=Q(state__in=["submitted", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="competitions_entry_said_why",
                condition=~Q(state__in=["refused", "withdrawn"]) | ~Q(note=""),
                violation_error_message="不予通过和退赛应写明原因",
            ),
            models.CheckConstraint(
                name="competitions_entry_withdrawn_time",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at=None)),
            ),
            models.CheckConstraint(
                name="competitions_entry_number_admitted",
                condition=Q(start_number=None) | Q(state__in=["admitted", "withdrawn"], start_number__gt=0),
                violation_error_message="只有审核通过的有参赛号",
            ),
        ]

    def __str__(self):
        return f"{self.event_id}/{self.pk}"


class Entrant(models.Model):
    """One person in an entry, from entering to the end or until somebody else took the place.

    ``event`` repeats that of the entry, so that the database lets nobody compete twice in one event.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="entrants", verbose_name="参赛报名")
    event = models.ForeignKey(Event, models.PROTECT, related_name="entrants", verbose_name="比赛项目")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="entrants", verbose_name="职工")
    entered_at = models.DateTimeField("加入时间", auto_now_add=True)
    left_at = models.DateTimeField("退出时间", null=True, blank=True)
    left_reason = models.CharField("退出原因", max_length=200, blank=True)
    instead_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="替换的人"
    )

    objects = EntrantQuerySet.as_manager()

    class Meta:
        verbose_name = "参赛人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "worker"],
                condition=Q(left_at=None),
                name="competitions_entrant_once",
                violation_error_message="此人已报名这个项目",
            ),
            models.CheckConstraint(
                name="competitions_entrant_left_with_reason",
                condition=Q(left_at=None, left_reason="") | (Q(left_at__isnull=False) & ~Q(left_reason="")),
                violation_error_message="退出应写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.entry_id}/{self.worker_id}"


class Draw(models.Model):
    """One drawing of lots (抽签) in an event: the start numbers ``first`` to ``last`` were given by chance to those
    admitted who had none. Who is admitted later draws behind them, in a drawing of its own."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="draws", verbose_name="比赛项目")
    first = models.PositiveIntegerField("起始参赛号")
    last = models.PositiveIntegerField("末尾参赛号")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽签人"
    )
    drawn_at = models.DateTimeField("抽签时间", auto_now_add=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = "抽签"
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "first"],
                name="competitions_draw_once",
                violation_error_message="这些参赛号已经抽签",
            ),
            models.CheckConstraint(
                name="competitions_draw_numbers",
                condition=Q(first__gt=0, last__gte=F("first")),
                violation_error_message="末尾参赛号不能小于起始参赛号",
            ),
        ]

    def __str__(self):
        return f"{self.event_id}/{self.first}-{self.last}"
