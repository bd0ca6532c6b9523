"""When and why a list was taken back from public notice, for the unions."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("competitions", "0027_recheck_receipts"),
        ("unions", "0005_fill_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="retract_reason",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="公示撤回原因"),
        ),
        migrations.AddField(
            model_name="selection",
            name="retracted_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="公示撤回日期"),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retracted_on", None), models.Q(("retract_reason", ""), _negated=True), _connector="XOR"
                ),
                name="competitions_selection_retracted",
                violation_error_message="撤回公示应写明日期和原因",
            ),
        ),
    ]
