"""Absences that an upheld objection adds or lifts. The database takes nothing else after the freeze, of marks as well: each
correction names an objection of its own, and one about just this entry."""

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE OR REPLACE FUNCTION competitions_refuse_late_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marked bigint := COALESCE(NEW.entry_id, OLD.entry_id);
    stands text;
    ordered bigint;
BEGIN
    -- The lock makes a freeze wait for marks on their way, and marks behind it see the new phase.
    SELECT e.phase INTO stands FROM competitions_event e
    WHERE e.id = (SELECT event_id FROM competitions_entry WHERE id = marked) FOR SHARE OF e;
    IF stands = 'scoring' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF stands = 'preliminary' AND TG_TABLE_NAME = 'competitions_mark' THEN
        IF TG_OP = 'INSERT' THEN
            ordered := NEW.objection_id;
        ELSIF TG_OP = 'UPDATE' THEN
            IF (NEW.seat_id, NEW.entry_id, NEW.criterion_id) = (OLD.seat_id, OLD.entry_id, OLD.criterion_id) THEN
                ordered := NULLIF(NEW.objection_id, OLD.objection_id);
            END IF;
        END IF;
    ELSIF stands = 'preliminary' AND TG_TABLE_NAME = 'competitions_absence' THEN
        IF TG_OP = 'INSERT' THEN
            IF NEW.lifted_by_id IS NULL THEN
                ordered := NEW.objection_id;
            END IF;
        ELSIF TG_OP = 'UPDATE' THEN
            IF OLD.lifted_by_id IS NULL AND to_jsonb(NEW) - 'lifted_by_id' = to_jsonb(OLD) - 'lifted_by_id' THEN
                ordered := NEW.lifted_by_id;
            END IF;
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM competitions_objection o WHERE o.id = ordered AND o.state = 'upheld' AND o.entry_id = marked
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is frozen: the event is %', TG_TABLE_NAME, stands USING ERRCODE = 'check_violation';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION competitions_refuse_late_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marked bigint := COALESCE(NEW.entry_id, OLD.entry_id);
    stands text;
BEGIN
    SELECT e.phase INTO stands FROM competitions_event e
    WHERE e.id = (SELECT event_id FROM competitions_entry WHERE id = marked) FOR SHARE OF e;
    IF stands = 'scoring' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_TABLE_NAME = 'competitions_mark' AND TG_OP <> 'DELETE' AND stands = 'preliminary' THEN
        IF EXISTS (
            SELECT FROM competitions_objection o
            JOIN competitions_entry n ON n.event_id = o.event_id
            WHERE o.id = NEW.objection_id AND o.state = 'upheld' AND n.id = NEW.entry_id
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is frozen: the event is %', TG_TABLE_NAME, stands USING ERRCODE = 'check_violation';
END $$;
"""


def _order(name: str, title: str) -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to="competitions.objection",
        verbose_name=title,
    )


class Migration(migrations.Migration):
    dependencies = [("competitions", "0016_cuts")]

    operations = [
        migrations.AddField("absence", "objection", _order("absences", "依据的异议")),
        migrations.AddField("absence", "lifted_by", _order("lifted", "撤销所依据的异议")),
        migrations.RemoveConstraint("absence", "competitions_absence_once"),
        migrations.AddConstraint(
            "absence",
            models.UniqueConstraint(
                condition=models.Q(("lifted_by", None)),
                fields=("stage", "entry"),
                name="competitions_absence_once",
                violation_error_message="已登记缺考",
            ),
        ),
        migrations.RunSQL(REFUSE, BEFORE),
    ]
