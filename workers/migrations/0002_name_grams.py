"""Search inside names: a GIN index over single characters and pairs (core PostgreSQL only).

pg_trgm finds nothing below three characters, and most Chinese given names have one or two.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION workers_name_grams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}'::text[]) FROM (
        SELECT substr(name, place, size) AS gram
        FROM generate_series(1, char_length(name)) place, generate_series(1, 2) size
        WHERE place + size - 1 <= char_length(name)
    ) grams
$$;
CREATE INDEX workers_worker_name_grams ON workers_worker USING gin (workers_name_grams(name::text));
"""

DROP = """
DROP INDEX workers_worker_name_grams;
DROP FUNCTION workers_name_grams(text);
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
