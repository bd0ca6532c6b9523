"""The version that the cards had until now, as phones out there have seen it."""

from django.db import migrations

FILL = """
INSERT INTO competitions_card (seat_id, entry_id, version)
SELECT seat_id, entry_id, sum(version) FROM competitions_mark GROUP BY seat_id, entry_id
ON CONFLICT (seat_id, entry_id) DO UPDATE SET version = competitions_card.version + EXCLUDED.version
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0014_cards")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
