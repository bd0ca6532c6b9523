"""Skill leaders with their terms, and the allowances paid to them."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0011_class_photos"),
        ("unions", "0005_fill_placements"),
        ("workers", "0009_rare_values_of_the_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SkillLeader",
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
                ("trade", models.CharField(max_length=50, verbose_name="工种")),
                ("team", models.CharField(max_length=100, verbose_name="带领的班组或团队")),
                ("start", models.DateField(verbose_name="聘期开始")),
                ("end", models.DateField(verbose_name="聘期结束")),
                ("allowance", models.PositiveIntegerField(verbose_name="每月津贴（元）")),
                ("document_number", models.CharField(blank=True, max_length=50, verbose_name="聘任文号")),
                (
                    "end_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="提前结束说明"),
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
                "verbose_name": "技能带头人",
                "ordering": ["-start", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["end", "id"], name="training_leader_end"),
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
                        name="training_skillleader_decided_has_time",
                        violation_error_message="待审定的没有审定时间，其他的都有",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__gt", models.F("start")),
                            models.Q(("end", models.F("start")), models.Q(("end_note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="training_leader_dates_in_order",
                        violation_error_message="聘期至不能早于聘期开始",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allowance__gt", 0)),
                        name="training_leader_allowance_positive",
                        violation_error_message="每月津贴应大于 0 元",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True), ("end__gt", models.F("start"))
                        ),
                        expressions=[
                            (
                                models.Func(
                                    models.Func(
                                        models.F("worker"),
                                        django.db.models.functions.comparison.Coalesce(
                                            models.Func(
                                                models.F("start"),
                                                models.Value(datetime.date(2000, 1, 1)),
                                                arg_joiner=" - ",
                                                output_field=models.FloatField(),
                                                template="(%(expressions)s)",
                                            ),
                                            models.Value(-9999999),
                                            output_field=models.FloatField(),
                                        ),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    models.Func(
                                        models.F("worker"),
                                        models.Func(
                                            django.db.models.functions.comparison.Coalesce(
                                                models.Func(
                                                    models.F("end"),
                                                    models.Value(datetime.date(2000, 1, 1)),
                                                    arg_joiner=" - ",
                                                    output_field=models.FloatField(),
                                                    template="(%(expressions)s)",
                                                ),
                                                models.Value(9999999),
                                                output_field=models.FloatField(),
                                            ),
                                            models.Value(0.5),
                                            arg_joiner=" - ",
                                            output_field=models.FloatField(),
                                            template="(%(expressions)s)",
                                        ),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    function="box",
                                    output_field=models.Field(),
                                ),
                                "&&",
                            )
                        ],
                        name="training_leader_one_term_at_a_time",
                        violation_error_message="此人在这段时间已登记为技能带头人。请核对聘期，或先提前结束原来一期",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllowancePayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                ("amount", models.PositiveIntegerField(verbose_name="金额（元）")),
                ("paid_on", models.DateField(verbose_name="发放日期")),
                (
                    "payer",
                    models.CharField(
                        choices=[
                            ("employer", "用人单位"),
                            ("union", "基层工会"),
                            ("town", "镇总工会"),
                            ("finance", "财政资金"),
                        ],
                        max_length=10,
                        verbose_name="发放单位",
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
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
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="training.skillleader",
                        verbose_name="技能带头人",
                    ),
                ),
            ],
            options={
                "verbose_name": "带头人津贴",
                "ordering": ["-month", "-pk"],
                "indexes": [
                    models.Index(fields=["paid_on"], name="training_allowance_paid"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("leader", "month"),
                        name="training_allowance_once_a_month",
                        violation_error_message="这个月的津贴已登记",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)),
                        name="training_allowance_month_by_first_day",
                        violation_error_message="月份应写为当月一日",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="training_allowance_amount_positive",
                        violation_error_message="金额应大于 0 元",
                    ),
                ],
            },
        ),
    ]
