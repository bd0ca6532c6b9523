"""Apprenticeships: who teaches whom, towards what, and what came of it."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0007_sign_in"),
        ("unions", "0005_fill_placements"),
        ("workers", "0009_rare_values_of_the_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Apprenticeship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trade", models.CharField(max_length=50, verbose_name="工种")),
                ("goal_level", models.CharField(blank=True, max_length=10, verbose_name="目标等级")),
                ("goal", models.CharField(blank=True, max_length=100, verbose_name="目标技能")),
                ("signed_on", models.DateField(verbose_name="协议签订日期")),
                ("start", models.DateField(verbose_name="开始日期")),
                ("until", models.DateField(verbose_name="约定期满日期")),
                ("end", models.DateField(blank=True, editable=False, null=True, verbose_name="结束日期")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("finished", "出师"), ("unfinished", "未出师"), ("stopped", "中止")],
                        editable=False,
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "outcome_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="结果说明"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "apprentice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apprenticeships",
                        to="workers.worker",
                        verbose_name="徒弟",
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.certificate",
                        verbose_name="证明出师的证书",
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
                    "master",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apprenticeships_taught",
                        to="workers.worker",
                        verbose_name="师傅",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="登记时徒弟所属工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "师带徒",
                "ordering": ["-start", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("end", None)),
                        fields=["until", "id"],
                        name="training_apprentice_until",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("master", models.F("apprentice")), _negated=True),
                            models.Q(("end", models.F("start")), ("outcome", "stopped")),
                            _connector="OR",
                        ),
                        name="training_apprentice_two_people",
                        violation_error_message="师傅和徒弟不能是同一人",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goal", ""), ("goal_level", ""), _negated=True),
                        name="training_apprentice_has_goal",
                        violation_error_message="请填写目标等级或目标技能",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_on__lte", models.F("until")), ("until__gte", models.F("start"))
                        ),
                        name="training_apprentice_dates_in_order",
                        violation_error_message="约定期满日期不能早于开始日期和签订日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", None), ("outcome", "")),
                            models.Q(
                                ("end__gte", models.F("start")), models.Q(("outcome", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="training_apprentice_end_has_outcome",
                        violation_error_message="结束日期和结果应同时填写，且不早于开始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("certificate", None), ("outcome", "finished"), _connector="OR"),
                        name="training_apprentice_certificate_of_success",
                        violation_error_message="只有出师的可以附证书",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("end", None), ("end__gt", models.F("start")), _connector="OR"),
                        expressions=[
                            (
                                models.Func(
                                    models.Func(
                                        models.F("apprentice"),
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
                                        models.F("apprentice"),
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
                            ),
                            (
                                models.Func(
                                    models.Func(
                                        models.F("master"),
                                        models.Value(0),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    models.Func(
                                        models.F("master"),
                                        models.Value(0),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    function="box",
                                    output_field=models.Field(),
                                ),
                                "&&",
                            ),
                        ],
                        name="training_apprentice_pair_once_at_a_time",
                        violation_error_message="这对师徒已登记，尚未结束，或起止日期重叠。请先登记原来一条的结果",
                    ),
                ],
            },
        ),
    ]
