"""Stages, criteria and prizes are numbered like what they belong to: who saves an older form is told."""

from django.db import migrations, models


def _versioned(name: str) -> migrations.AddField:
    field = models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")
    return migrations.AddField(model_name=name, name="version", field=field)


class Migration(migrations.Migration):
    dependencies = [("competitions", "0024_name_missing_results")]

    operations = [_versioned("stage"), _versioned("criterion"), _versioned("prize")]
