"""The job whose fact a bulk edit changes, and one more end a row can have."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0006_citizen_number_is_one_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkeditrow",
            name="employment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workers.employment",
                verbose_name="就业经历",
            ),
        ),
        migrations.AlterField(
            model_name="bulkeditrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("pending", "待写入"),
                    ("unchanged", "本来就是"),
                    ("applied", "已写入"),
                    ("skipped", "写入前已被修改"),
                    ("reverted", "已恢复"),
                    ("kept", "此后有人修改，未恢复"),
                    ("no_job", "没有在职单位"),
                ],
                default="pending",
                max_length=10,
                verbose_name="结果",
            ),
        ),
    ]
