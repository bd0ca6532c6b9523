"""Who was ticked at a roll call."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0004_business_of_the_roll"),
    ]

    operations = [
        migrations.CreateModel(
            name="RollCallEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_present", models.BooleanField(verbose_name="仍在册")),
                (
                    "roll_call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="workers.rollcall",
                        verbose_name="季度点名",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll_call_entries",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "点名记录",
                "constraints": [
                    models.UniqueConstraint(fields=("roll_call", "worker"), name="workers_rollcallentry_once")
                ],
            },
        ),
    ]
