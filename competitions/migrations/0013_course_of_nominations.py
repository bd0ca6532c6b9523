"""The order of a selection and of the nominations in it, whatever code writes them."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION competitions_refuse_selection_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.phase = NEW.phase THEN
        RETURN NEW;
    END IF;
    IF (OLD.phase, NEW.phase) NOT IN (
        ('planned', 'open'), ('open', 'notice'), ('notice', 'decided'), ('decided', 'sent'),
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

CREATE FUNCTION competitions_refuse_nomination_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
    for_groups boolean;
BEGIN
    -- The lock makes a selection that moves on wait for nominations on their way; those behind it see the new phase.
    SELECT phase, is_collective INTO stands, for_groups FROM competitions_selection WHERE id = NEW.selection_id FOR SHARE;
    IF TG_OP = 'INSERT' THEN
        IF stands <> 'open' OR NEW.state <> 'draft' OR for_groups = (NEW.subject = 'person') THEN
            RAISE EXCEPTION 'competitions_nomination begins as a draft of an open selection for such subjects'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.selection_id <> NEW.selection_id OR OLD.subject <> NEW.subject THEN
        RAISE EXCEPTION 'competitions_nomination stays in its selection' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = NEW.state OR (stands, OLD.state, NEW.state) IN (
        ('open', 'draft', 'submitted'), ('open', 'returned', 'submitted'), ('open', 'submitted', 'returned'),
        ('open', 'submitted', 'shortlisted'), ('open', 'shortlisted', 'submitted'),
        ('open', 'submitted', 'refused'), ('open', 'shortlisted', 'refused'), ('notice', 'shortlisted', 'refused'),
        ('decided', 'shortlisted', 'recommended'),
        ('decided', 'recommended', 'awarded'), ('decided', 'recommended', 'declined'),
        ('sent', 'recommended', 'awarded'), ('sent', 'recommended', 'declined')
    ) OR (
        NEW.state = 'withdrawn' AND OLD.state IN ('draft', 'submitted', 'returned', 'shortlisted', 'recommended')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'competitions_nomination goes from % to % in no order while the selection is %',
        OLD.state, NEW.state, stands USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION competitions_refuse_late_objection() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    SELECT r.phase INTO stands FROM competitions_selection r
    WHERE r.id = (SELECT selection_id FROM competitions_nomination WHERE id = NEW.nomination_id) FOR SHARE OF r;
    IF stands = 'notice' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'competitions_noticeobjection: the selection is %', stands USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER competitions_selections_in_order BEFORE UPDATE OF phase ON competitions_selection
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_selection_step();
CREATE TRIGGER competitions_nominations_in_order
BEFORE INSERT OR UPDATE OF state, selection_id, subject ON competitions_nomination
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_nomination_step();
CREATE TRIGGER competitions_objections_in_notice BEFORE INSERT ON competitions_noticeobjection
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_objection();
"""

ALLOW = """
DROP TRIGGER competitions_objections_in_notice ON competitions_noticeobjection;
DROP TRIGGER competitions_nominations_in_order ON competitions_nomination;
DROP TRIGGER competitions_selections_in_order ON competitions_selection;
DROP FUNCTION competitions_refuse_late_objection();
DROP FUNCTION competitions_refuse_nomination_step();
DROP FUNCTION competitions_refuse_selection_step();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0012_selections")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
