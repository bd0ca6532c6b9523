"""Which rule of safety training a firm falls under, dated."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0008_apprenticeships"),
        ("unions", "0005_fill_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SafetyProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("risk", models.CharField(max_length=10, verbose_name="行业风险")),
                ("three_levels", models.BooleanField(verbose_name="实行三级安全教育")),
                ("start", models.DateField(verbose_name="起始日期")),
                ("end", models.DateField(blank=True, editable=False, null=True, verbose_name="终止日期")),
                ("source", models.CharField(max_length=200, verbose_name="依据")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safety_profiles",
                        to="unions.employer",
                        verbose_name="用人单位",
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
            ],
            options={
                "verbose_name": "安全培训适用规则",
                "ordering": ["-start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gt", models.F("start")), _connector="OR"),
                        name="training_safetyprofile_dates_in_order",
                        violation_error_message="终止日期应晚于起始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="training_safetyprofile_has_source",
                        violation_error_message="请写明依据",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Func(
                                        models.F("employer"),
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
                                        models.F("employer"),
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
                        name="training_safetyprofile_one_at_a_time",
                        violation_error_message="该单位在此期间已登记适用规则",
                    ),
                ],
            },
        ),
    ]
