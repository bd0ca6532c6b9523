"""What the office changed about a shipped code: its name kept beside ours, other texts of our own, a version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_code_releases_definitions_data_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="shipped_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="随软件提供的名称"
            ),
        ),
        migrations.AddField(
            model_name="code",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="版本"),
        ),
        migrations.AddField(
            model_name="codealias",
            name="is_local",
            field=models.BooleanField(db_default=False, default=False, verbose_name="本地增补"),
        ),
    ]
