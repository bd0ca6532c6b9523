"""The database as it was before the first test, again after each one that really commits.

Django's own way empties every table and makes content types, permissions and reference data anew, for each such test.
Here the few tables that hold rows are emptied, and what was there before the first test is put back from copies.
"""

from django.db import connection, transaction
from psycopg2 import sql

COPIES = "pristine"  # a schema beside Django's own, which does not see it


def keep() -> None:
    """Copy each table that holds rows; they are what ``restore`` brings back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}").format(sql.Identifier(COPIES))
        )
        for table in _filled(cursor, _tables()):
            cursor.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(_copy(table), sql.Identifier(table)))


def restore() -> None:
    """Bring back what ``keep`` saw, row for row with the same keys; every other row goes."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows go in any order, also those that triggers keep from being deleted by the product.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [COPIES])
        kept = {table for (table,) in cursor.fetchall()}
        for table in _filled(cursor, _tables() - kept):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table in _changed(cursor, kept):
            names = {"table": sql.Identifier(table), "copy": _copy(table)}
            cursor.execute(
                sql.SQL("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {copy}").format(**names)
            )


def _tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _copy(table: str) -> sql.Identifier:
    return sql.Identifier(COPIES, table)


def _filled(cursor, tables: set[str]) -> list[str]:
    """Those of the tables that hold a row."""
    return _where(cursor, tables, "EXISTS (SELECT FROM {table})")


def _changed(cursor, tables: set[str]) -> list[str]:
    """Those of the tables that are not what was copied."""
    differs = (
        "EXISTS (TABLE {table} EXCEPT ALL TABLE {copy}) OR EXISTS (TABLE {copy} EXCEPT ALL TABLE {table})"
    )
    return _where(cursor, tables, differs)


def _where(cursor, tables: set[str], condition: str) -> list[str]:
    asked = [
        sql.SQL("SELECT {name} WHERE " + condition).format(
            name=sql.Literal(table), table=sql.Identifier(table), copy=_copy(table)
        )
        for table in sorted(tables)
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(asked))
    return [table for (table,) in cursor.fetchall()]
