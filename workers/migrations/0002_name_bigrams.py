"""Search inside names: a GIN index over single characters and pairs (core PostgreSQL only).

pg_trgm finds nothing below three characters, and most Chinese given names have one or two.
"""

from django.db import migrations

from core.bigrams import BIGRAMS_SQL, DROP_BIGRAMS_SQL

CREATE = f"{BIGRAMS_SQL} CREATE INDEX workers_worker_name_bigrams ON workers_worker USING gin (bigrams(name::text));"
DROP = f"DROP INDEX workers_worker_name_bigrams; {DROP_BIGRAMS_SQL}"


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
