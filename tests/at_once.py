"""Many attempts at the same moment: real threads, real connections."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections

from core.errors import RuleError

SPARE = 15  # connections left to others on a shared server


def free_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int - count(*) FROM pg_stat_activity")
        return cursor.fetchone()[0] - SPARE


def at_once(attempts):
    """Run each attempt in a thread of its own that starts when all are ready; returns (results, refusals).

    All hold a connection at the same time as far as the server has that many.
    """
    seats = threading.BoundedSemaphore(min(max(free_connections(), 5), len(attempts)))
    ready = threading.Barrier(len(attempts))

    def run(attempt):
        ready.wait(timeout=60)
        with seats:
            try:
                return attempt()
            except RuleError as error:
                return error
            finally:
                connections.close_all()

    with ThreadPoolExecutor(max_workers=len(attempts)) as pool:
        results = list(pool.map(run, attempts))
    refused = [result for result in results if isinstance(result, RuleError)]
    return [result for result in results if not isinstance(result, RuleError)], refused
