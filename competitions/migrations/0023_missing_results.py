"""A result may be missing: who goes on by a late correction has no score yet, and was not absent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competitions", "0022_forgotten_absences")]

    operations = [
        migrations.AlterField(
            model_name="result",
            name="standing",
            field=models.CharField(
                choices=[
                    ("ranked", "有名次"),
                    ("absent", "缺考"),
                    ("missing", "待补评"),
                    ("cut", "未晋级"),
                    ("withdrawn", "已退赛"),
                ],
                max_length=10,
                verbose_name="情况",
            ),
        ),
    ]
