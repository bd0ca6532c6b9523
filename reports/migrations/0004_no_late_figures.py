"""A published report takes no further figures: only the transaction that stores a report may add any."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION reports_refuse_late_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reports_report WHERE id = NEW.report_id AND stored_at <> transaction_timestamp()) THEN
        RAISE EXCEPTION '% is frozen once published', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION reports_refuse_late_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reports_reportfigure f JOIN reports_report r ON r.id = f.report_id
        WHERE f.id = NEW.figure_id AND r.stored_at <> transaction_timestamp()
    ) THEN
        RAISE EXCEPTION '% is frozen once published', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reports_figure_in_time BEFORE INSERT ON reports_reportfigure
FOR EACH ROW EXECUTE FUNCTION reports_refuse_late_figure();
CREATE TRIGGER reports_records_in_time BEFORE INSERT ON reports_reportfigurerecords
FOR EACH ROW EXECUTE FUNCTION reports_refuse_late_records();
"""

ALLOW = """
DROP TRIGGER reports_records_in_time ON reports_reportfigurerecords;
DROP TRIGGER reports_figure_in_time ON reports_reportfigure;
DROP FUNCTION reports_refuse_late_records();
DROP FUNCTION reports_refuse_late_figure();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_stored_at")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
