"""What no writer may do, whatever its code: mark after the freeze, step back, or change a final result."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION competitions_refuse_late_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marked bigint := COALESCE(NEW.entry_id, OLD.entry_id);
    stands text;
BEGIN
    -- The lock makes a freeze wait for marks on their way, and marks behind it see the new phase.
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

CREATE FUNCTION competitions_refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.phase = NEW.phase OR (OLD.phase, NEW.phase) IN (
        ('scoring', 'frozen'), ('frozen', 'preliminary'), ('preliminary', 'final')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'competitions_event goes from % to % in no order', OLD.phase, NEW.phase
        USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION competitions_refuse_new_result() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    SELECT phase INTO stands FROM competitions_event WHERE id = COALESCE(NEW.event_id, OLD.event_id) FOR SHARE;
    IF stands IN ('frozen', 'preliminary') THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% stays: the event is %', TG_TABLE_NAME, stands USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER competitions_marks_in_time BEFORE INSERT OR UPDATE OR DELETE ON competitions_mark
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_mark();
CREATE TRIGGER competitions_absences_in_time BEFORE INSERT OR UPDATE OR DELETE ON competitions_absence
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_mark();
CREATE TRIGGER competitions_phases_in_order BEFORE UPDATE OF phase ON competitions_event
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_step_back();
CREATE TRIGGER competitions_results_stay BEFORE INSERT OR UPDATE OR DELETE ON competitions_result
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_new_result();
"""

ALLOW = """
DROP TRIGGER competitions_results_stay ON competitions_result;
DROP TRIGGER competitions_phases_in_order ON competitions_event;
DROP TRIGGER competitions_absences_in_time ON competitions_absence;
DROP TRIGGER competitions_marks_in_time ON competitions_mark;
DROP FUNCTION competitions_refuse_new_result();
DROP FUNCTION competitions_refuse_step_back();
DROP FUNCTION competitions_refuse_late_mark();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0003_judging_and_results")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
