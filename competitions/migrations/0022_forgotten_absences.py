"""After the freeze an absence still takes one change without an objection: its words go when a person is forgotten
(services.people.FORGOTTEN)."""

from django.db import migrations

ALLOW = """
DROP TRIGGER competitions_absences_in_time ON competitions_absence;
CREATE TRIGGER competitions_absences_in_time BEFORE INSERT OR DELETE ON competitions_absence
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_mark();
CREATE TRIGGER competitions_absences_stay BEFORE UPDATE ON competitions_absence
FOR EACH ROW WHEN (NEW.reason <> '（已匿名化）' OR to_jsonb(NEW) - 'reason' <> to_jsonb(OLD) - 'reason')
EXECUTE FUNCTION competitions_refuse_late_mark();
"""
BEFORE = """
DROP TRIGGER competitions_absences_stay ON competitions_absence;
DROP TRIGGER competitions_absences_in_time ON competitions_absence;
CREATE TRIGGER competitions_absences_in_time BEFORE INSERT OR UPDATE OR DELETE ON competitions_absence
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_mark();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0021_revoked_codes")]

    operations = [migrations.RunSQL(ALLOW, BEFORE)]
