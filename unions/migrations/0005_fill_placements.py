"""Placements from the present parents: from the founding day on (an open start where nobody knows it)."""

from django.db import migrations

FILL = """
INSERT INTO unions_placement (union_id, parent_id, start, "end")
SELECT id, parent_id, founded_on, dissolved_on FROM unions_union u
WHERE parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unions_placement p WHERE p.union_id = u.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0004_profiles_and_placements"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
