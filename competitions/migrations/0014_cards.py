"""The version of a judge's card, counted by the database: no writer of marks can forget it or set it back."""

import django.db.models.deletion
from django.db import migrations, models

COUNT = """
CREATE FUNCTION competitions_count_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO competitions_card AS c (seat_id, entry_id, version) VALUES (OLD.seat_id, OLD.entry_id, 1)
        ON CONFLICT (seat_id, entry_id) DO UPDATE SET version = c.version + 1;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND (NEW.seat_id, NEW.entry_id) <> (OLD.seat_id, OLD.entry_id)) THEN
        INSERT INTO competitions_card AS c (seat_id, entry_id, version) VALUES (NEW.seat_id, NEW.entry_id, 1)
        ON CONFLICT (seat_id, entry_id) DO UPDATE SET version = c.version + 1;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER competitions_cards_count AFTER INSERT OR UPDATE OR DELETE ON competitions_mark
FOR EACH ROW EXECUTE FUNCTION competitions_count_card();
"""
FORGET = """
DROP TRIGGER competitions_cards_count ON competitions_mark;
DROP FUNCTION competitions_count_card();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0013_course_of_nominations")]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(editable=False, verbose_name="版本")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="competitions.entry",
                        verbose_name="参赛报名",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cards",
                        to="competitions.seat",
                        verbose_name="评委席",
                    ),
                ),
            ],
            options={
                "verbose_name": "评分卡",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("seat", "entry"), name="competitions_card_once"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gt", 0)), name="competitions_card_version"
                    ),
                ],
            },
        ),
        migrations.RunSQL(COUNT, FORGET),
    ]
