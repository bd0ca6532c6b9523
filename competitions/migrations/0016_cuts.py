"""Who does not go on after a stage, as the holder confirmed it."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER competitions_cuts_in_time BEFORE INSERT OR UPDATE OR DELETE ON competitions_cut
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_mark();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0015_fill_cards")]

    operations = [
        migrations.AddField(
            model_name="stage",
            name="sieved_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="晋级名单确认时间"
            ),
        ),
        migrations.CreateModel(
            name="Cut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cuts",
                        to="competitions.entry",
                        verbose_name="参赛报名",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cuts",
                        to="competitions.stage",
                        verbose_name="比赛环节",
                    ),
                ),
            ],
            options={
                "verbose_name": "未晋级",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("stage", "entry"), name="competitions_cut_once"),
                ],
            },
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER competitions_cuts_in_time ON competitions_cut"),
    ]
