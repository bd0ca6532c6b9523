"""Candidates whom unions nominate for a list, and the notes of each year."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0014_key_posts_and_bases"),
        ("unions", "0005_fill_placements"),
        ("workers", "0009_rare_values_of_the_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待镇总工会审定"),
                            ("accepted", "已审定"),
                            ("refused", "未通过"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=10,
                        verbose_name="审定",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="审定时间"),
                ),
                (
                    "decision_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="审定说明"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("batch", models.CharField(blank=True, max_length=30, verbose_name="批次")),
                (
                    "scope",
                    models.CharField(
                        choices=[("city", "市级"), ("town", "镇级")], max_length=10, verbose_name="级别"
                    ),
                ),
                ("trade", models.CharField(max_length=50, verbose_name="工种")),
                ("mentor_name", models.CharField(blank=True, max_length=50, verbose_name="外聘导师")),
                ("goal_level", models.CharField(max_length=10, verbose_name="目标等级")),
                ("start", models.DateField(verbose_name="培养开始")),
                ("until", models.DateField(verbose_name="培养期至")),
                (
                    "start_level",
                    models.CharField(
                        blank=True, editable=False, max_length=10, verbose_name="开始时最高等级"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("reached", "培养合格"), ("missed", "未达目标"), ("stopped", "中止培养")],
                        editable=False,
                        max_length=10,
                        verbose_name="培养结果",
                    ),
                ),
                (
                    "outcome_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="结果日期"),
                ),
                (
                    "outcome_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="结果说明"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "mentor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentored",
                        to="workers.worker",
                        verbose_name="导师",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="登记时所属工会",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "培养对象",
                "ordering": ["-year", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-year", "-id"], name="training_candidate_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "proposed")),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="training_candidate_decided_has_time",
                        violation_error_message="待审定的没有审定时间，其他的都有",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("worker", "year", "scope"),
                        name="training_candidate_once_a_year",
                        violation_error_message="此人这一年度已在这一级的名单中",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mentor", None), ("mentor_name", ""), _connector="XOR"),
                        name="training_candidate_one_mentor",
                        violation_error_message="导师在名册中的填“导师”，外聘的填“外聘导师”，两项只填一项",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mentor", None),
                            models.Q(("mentor", models.F("worker")), _negated=True),
                            _connector="OR",
                        ),
                        name="training_candidate_other_mentor",
                        violation_error_message="导师不能是本人",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("start"))),
                        name="training_candidate_dates_in_order",
                        violation_error_message="培养期至不能早于培养开始",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("outcome_on", None)),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("outcome_on__gte", models.F("start")),
                            ),
                            _connector="OR",
                        ),
                        name="training_candidate_outcome_has_day",
                        violation_error_message="培养结果和结果日期应同时填写，且不早于培养开始",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("text", models.CharField(max_length=500, verbose_name="年度情况")),
                ("written_at", models.DateTimeField(auto_now=True, verbose_name="登记时间")),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="training.candidate",
                        verbose_name="培养对象",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "培养年度情况",
                "ordering": ["year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("candidate", "year"),
                        name="training_candidatenote_once_a_year",
                        violation_error_message="这一年度的情况已登记",
                    ),
                ],
            },
        ),
    ]
