"""Dated rows about a person: employments and memberships (会籍)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from unions.spells import same, same_and_overlapping
from workers.models.people import Worker
from workers.querysets import EmploymentQuerySet, MembershipQuerySet


class Change(models.TextChoices):
    """会籍变化类型 (ACFTU collection form), with death, for which the form has no value."""

    JOIN = "1", "入会"
    TRANSFER_IN = "2", "转入"
    RETAIN = "3", "保留"
    TRANSFER_OUT = "4", "转出"
    EXPEL = "5", "除名"
    WITHDRAW = "6", "退会"
    DEATH = "9", "死亡"


OPENING = (Change.JOIN, Change.TRANSFER_IN, Change.RETAIN)
CLOSING = (Change.RETAIN, Change.TRANSFER_OUT, Change.EXPEL, Change.WITHDRAW, Change.DEATH)


class Employment(models.Model):
    """A person works for a firm from a day to (not including) a day; several at once are allowed."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="employments", verbose_name="职工")
    employer = models.ForeignKey(
        "unions.Employer", models.PROTECT, related_name="employments", verbose_name="工作单位"
    )
    start = models.DateField("入职日期", null=True, blank=True)
    end = models.DateField("离职日期", null=True, blank=True)
    form = models.CharField("用工形式", max_length=10, blank=True)
    occupation = models.CharField("工种", max_length=50, blank=True)
    team = models.CharField("班组", max_length=50, blank=True)
    staff_number = models.CharField("工号", max_length=30, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = "就业经历"
        ordering = [F("end").desc(nulls_first=True), "-pk"]
        indexes = [
            models.Index(
                fields=["staff_number"], name="workers_employment_staff_no", condition=~Q(staff_number="")
            ),
            models.Index(fields=["form"], name="workers_employment_form", condition=~Q(form="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="workers_employment_dates_in_order",
                condition=Q(end=None) | Q(start=None) | Q(end__gt=F("start")),
                violation_error_message="离职日期应晚于入职日期",
            ),
            ExclusionConstraint(
                name="workers_employment_once_per_firm",
                expressions=[same_and_overlapping("worker"), same("employer")],
                violation_error_message="该职工在此期间已登记在同一单位就业",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} @ {self.employer_id}"


class Membership(models.Model):
    """One spell of membership (会籍) at one union, from a day to (not including) a day.

    Retention (保留会籍) is a spell of its own with ``is_retained``. The database allows a person one spell at
    a time (会籍管理办法 2016 art. 3). Movements of a period are read from the two ends of the spells.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="memberships", verbose_name="职工")
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="memberships", verbose_name="工会", db_index=False
    )
    start = models.DateField("起始日期")
    end = models.DateField("终止日期", null=True, blank=True)
    is_retained = models.BooleanField("保留会籍", default=False)
    status = models.CharField("会籍状态", max_length=10, default="20")
    start_change = models.CharField("起始变化类型", max_length=2, choices=Change)
    start_reason = models.CharField("起始原因", max_length=10, blank=True)
    end_change = models.CharField("终止变化类型", max_length=2, choices=Change, blank=True)
    end_reason = models.CharField("终止原因", max_length=10, blank=True)
    is_deemed = models.BooleanField("视为自动退会", default=False, db_default=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "会籍"
        ordering = ["-start", "-pk"]
        indexes = [
            models.Index(fields=["union", "start"], name="workers_membership_joined"),
            models.Index(fields=["union", "end"], name="workers_membership_left"),
            models.Index(fields=["start"], name="workers_membership_start"),
            # Nearly every running spell is an ordinary one; the others are looked for by status.
            models.Index(fields=["status"], name="workers_membership_unusual", condition=~Q(status="20")),
        ]
        constraints = [
            models.CheckConstraint(
                name="workers_membership_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="会籍终止日期应晚于起始日期",
            ),
            models.CheckConstraint(
                name="workers_membership_end_has_change",
                condition=Q(end=None, end_change="") | (Q(end__isnull=False) & Q(end_change__in=CLOSING)),
                violation_error_message="会籍终止应注明变化类型",
            ),
            models.CheckConstraint(
                name="workers_membership_start_change_opens",
                condition=Q(start_change__in=OPENING),
                violation_error_message="会籍起始的变化类型只能是入会、转入或保留",
            ),
            models.CheckConstraint(
                name="workers_membership_retained_status",
                condition=Q(is_retained=False, status__in=["20", "21"])
                | Q(is_retained=True, status__in=["30", "31", "32", "33"]),
                violation_error_message="会籍状态与是否保留会籍不一致",
            ),
            models.CheckConstraint(
                name="workers_membership_deemed_is_withdrawal",
                condition=Q(is_deemed=False) | Q(end_change=Change.WITHDRAW),
                violation_error_message="视为自动退会只能用于退会",
            ),
            ExclusionConstraint(
                name="workers_membership_one_at_a_time",
                expressions=[same_and_overlapping("worker")],
                violation_error_message="同一职工同一时间只能有一个会籍",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} ∈ {self.union_id}"
