"""Candidates (培养对象) whom a union nominates for a list of the city or the town, and the notes of each year."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.models.nominations import Nomination
from training.querysets.candidates import CandidateNoteQuerySet, CandidateQuerySet


class Candidate(Nomination):
    """A person on the list of one year and level, with a mentor and a rung to reach, from ``start`` to ``until``
    (both included).

    The mentor is somebody on the roll, or an outside expert by name. ``start_level`` is the highest verified rung
    at the beginning, frozen when the town accepts. The outcome stands with the day from which it holds.
    """

    class Scope(models.TextChoices):
        CITY = "city", "市级"
        TOWN = "town", "镇级"

    class Outcome(models.TextChoices):
        REACHED = "reached", "培养合格"
        MISSED = "missed", "未达目标"
        STOPPED = "stopped", "中止培养"

    year = models.PositiveSmallIntegerField("年度")
    batch = models.CharField("批次", max_length=30, blank=True)
    scope = models.CharField("级别", max_length=10, choices=Scope)
    trade = models.CharField("工种", max_length=50)
    mentor = models.ForeignKey(
        "workers.Worker", models.PROTECT, null=True, blank=True, related_name="mentored", verbose_name="导师"
    )
    mentor_name = models.CharField("外聘导师", max_length=50, blank=True)
    goal_level = models.CharField("目标等级", max_length=10)
    start = models.DateField("培养开始")
    until = models.DateField("培养期至")
    start_level = models.CharField("开始时最高等级", max_length=10, blank=True, editable=False)
    outcome = models.CharField("培养结果", max_length=10, choices=Outcome, blank=True, editable=False)
    outcome_on = models.DateField("结果日期", null=True, blank=True, editable=False)
    outcome_note = models.CharField("结果说明", max_length=200, blank=True, editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta(Nomination.Meta):
        verbose_name = "培养对象"
        ordering = ["-year", "-pk"]
        indexes = [models.Index(fields=["-year", "-id"], name="training_candidate_newest")]
        constraints = [
            *Nomination.Meta.constraints,
            models.UniqueConstraint(
                fields=["worker", "year", "scope"],
                condition=~Q(state="refused"),
                name="training_candidate_once_a_year",
                violation_error_message="此人这一年度已在这一级的名单中",
            ),
            models.CheckConstraint(
                name="training_candidate_one_mentor",
                condition=Q(mentor=None) ^ Q(mentor_name=""),
                violation_error_message="导师在名册中的填“导师”，外聘的填“外聘导师”，两项只填一项",
            ),
            models.CheckConstraint(
                name="training_candidate_other_mentor",
                condition=Q(mentor=None) | ~Q(mentor=F("worker")),
                violation_error_message="导师不能是本人",
            ),
            models.CheckConstraint(
                name="training_candidate_dates_in_order",
                condition=Q(until__gte=F("start")),
                violation_error_message="培养期至不能早于培养开始",
            ),
            models.CheckConstraint(
                name="training_candidate_outcome_has_day",
                condition=Q(outcome="", outcome_on=None) | (~Q(outcome="") & Q(outcome_on__gte=F("start"))),
                violation_error_message="培养结果和结果日期应同时填写，且不早于培养开始",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} {self.year} {self.scope}"

    def get_absolute_url(self):
        return reverse("training:candidate_detail", args=[self.pk])


class CandidateNote(models.Model):
    """What was done and reached in one year."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="notes", verbose_name="培养对象")
    year = models.PositiveSmallIntegerField("年度")
    text = models.CharField("年度情况", max_length=500)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    written_at = models.DateTimeField("登记时间", auto_now=True)

    objects = CandidateNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "培养年度情况"
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "year"],
                name="training_candidatenote_once_a_year",
                violation_error_message="这一年度的情况已登记",
            ),
        ]

    def __str__(self):
        return f"{self.candidate_id} {self.year}"

    @property
    def stamp(self) -> str:
        """What tells this wording from a later one."""
        return self.written_at.isoformat()
