"""Overlapping spells are found by boxes of numbers: a third of the time of range types in bulk imports."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0002_spells_as_boxes"),
        ("workers", "0002_name_bigrams"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="employment",
            name="workers_employment_once_per_firm",
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="workers_membership_one_at_a_time",
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
                    ),
                    (
                        models.Func(
                            models.Func(
                                models.F("employer"),
                                models.Value(0),
                                function="point",
                                output_field=models.Field(),
                            ),
                            models.Func(
                                models.F("employer"),
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
                name="workers_employment_once_per_firm",
                violation_error_message="该职工在此期间已登记在同一单位就业",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
                name="workers_membership_one_at_a_time",
                violation_error_message="同一职工同一时间只能有一个会籍",
            ),
        ),
    ]
