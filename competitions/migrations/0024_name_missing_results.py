"""Results that are not final yet and were called absent without an absence on record are missing."""

from django.db import migrations

NAME = """
UPDATE competitions_result r SET standing = 'missing'
FROM competitions_event e
WHERE e.id = r.event_id AND e.phase IN ('frozen', 'preliminary') AND r.standing = 'absent' AND NOT EXISTS (
    SELECT FROM competitions_absence a
    WHERE a.entry_id = r.entry_id AND a.lifted_by_id IS NULL AND r.stages ? a.stage_id::text
)
"""
BEFORE = "UPDATE competitions_result SET standing = 'absent' WHERE standing = 'missing'"


class Migration(migrations.Migration):
    dependencies = [("competitions", "0023_missing_results")]

    operations = [migrations.RunSQL(NAME, BEFORE)]
