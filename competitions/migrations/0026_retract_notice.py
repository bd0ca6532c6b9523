"""A list may be taken back from public notice."""

from django.db import migrations

STEPS = """
CREATE OR REPLACE FUNCTION competitions_refuse_selection_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.phase = NEW.phase THEN
        RETURN NEW;
    END IF;
    IF (OLD.phase, NEW.phase) NOT IN (
        ('planned', 'open'), ('open', 'notice'), {back}('notice', 'decided'), ('decided', 'sent'),
        ('planned', 'cancelled'), ('open', 'cancelled'), ('notice', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'competitions_selection goes from % to % in no order', OLD.phase, NEW.phase
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.phase = 'decided' AND EXISTS (
        SELECT FROM competitions_noticeobjection o
        JOIN competitions_nomination n ON n.id = o.nomination_id
        WHERE n.selection_id = NEW.id AND o.state = 'open'
    ) THEN
        RAISE EXCEPTION 'competitions_selection is not decided while an objection is open'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0025_versions_of_parts")]

    operations = [
        migrations.RunSQL(STEPS.replace("{back}", "('notice', 'open'), "), STEPS.replace("{back}", ""))
    ]
