"""When a report was stored, by the clock of its transaction."""

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_frozen"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="stored_at",
            field=models.DateTimeField(
                db_default=django.contrib.postgres.functions.TransactionNow(),
                editable=False,
                verbose_name="入库时间",
            ),
        ),
    ]
