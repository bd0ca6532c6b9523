"""A published report never changes: the database refuses it, whoever asks."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen once published', TG_TABLE_NAME;
END $$;

CREATE FUNCTION reports_refuse_report_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'reports_report is frozen once published';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reports_report_frozen BEFORE UPDATE ON reports_report
FOR EACH ROW EXECUTE FUNCTION reports_refuse_report_change();
CREATE TRIGGER reports_report_kept BEFORE DELETE ON reports_report
FOR EACH STATEMENT EXECUTE FUNCTION reports_refuse_change();
CREATE TRIGGER reports_figure_frozen BEFORE UPDATE OR DELETE ON reports_reportfigure
FOR EACH STATEMENT EXECUTE FUNCTION reports_refuse_change();
CREATE TRIGGER reports_records_frozen BEFORE UPDATE OR DELETE ON reports_reportfigurerecords
FOR EACH STATEMENT EXECUTE FUNCTION reports_refuse_change();
"""

THAW = """
DROP TRIGGER reports_records_frozen ON reports_reportfigurerecords;
DROP TRIGGER reports_figure_frozen ON reports_reportfigure;
DROP TRIGGER reports_report_kept ON reports_report;
DROP TRIGGER reports_report_frozen ON reports_report;
DROP FUNCTION reports_refuse_report_change();
DROP FUNCTION reports_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
