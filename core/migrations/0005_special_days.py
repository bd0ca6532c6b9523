"""Public holidays and make-up days, which the office enters year by year; none come with the software."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_local_edits_of_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rest", "休"), ("work", "班")], max_length=4, verbose_name="休或班"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="放假安排年度")),
                ("remark", models.CharField(blank=True, max_length=50, verbose_name="说明")),
                ("source", models.CharField(max_length=200, verbose_name="依据")),
            ],
            options={
                "verbose_name": "放假调休",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day",), name="core_specialday_once", violation_error_message="这一天已经录入"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "rest"),
                            models.Q(("day__iso_week_day__in", [6, 7]), ("kind", "work")),
                            _connector="OR",
                        ),
                        name="core_specialday_works_on_weekends",
                        violation_error_message="调休上班的日子应是周六或周日",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__year", models.F("year")),
                            models.Q(
                                ("day__month", 12),
                                (
                                    "day__year",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("year"), "-", models.Value(1)
                                    ),
                                ),
                            ),
                            models.Q(
                                ("day__month", 1),
                                (
                                    "day__year",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("year"), "+", models.Value(1)
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="core_specialday_of_its_year",
                        violation_error_message="日期不在放假安排的年度内",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="core_specialday_has_source",
                        violation_error_message="请写明依据",
                    ),
                ],
            },
        ),
    ]
