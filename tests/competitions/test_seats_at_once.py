"""A seat is taken away while its judge saves: the mark stays, and whoever took it away is told."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from competitions.models import Mark, Seat
from competitions.services import give_marks, remove_criterion, remove_judge, seat_judges
from competitions.services.marks import locked_seat
from core.errors import RuleError
from tests.competitions.judging import bench, card

pytestmark = pytest.mark.django_db(transaction=True)
# Not by pg_stat_activity: within a transaction it stays as it was first read, without a connection that came later.
WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


def behind(pool: ThreadPoolExecutor, attempt) -> Future:
    """Start the attempt beside us, and come back once it waits for our locks."""

    def run():
        try:
            return attempt()
        finally:
            connections.close_all()

    started, until = pool.submit(run), time.monotonic() + 20
    with connection.cursor() as cursor:
        while not started.done() and time.monotonic() < until:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                break
            time.sleep(0.02)
    return started


@pytest.mark.parametrize("what", ["seats", "judge", "criterion"])
def test_a_mark_on_its_way_keeps_the_seat(what, town, union, clerk):
    made = bench(town, [union])
    judge = made.judges[0]
    contest = made.event.contest
    takes = {
        "seats": lambda: seat_judges(contest=contest, add=[], drop=[(made.stage.pk, judge.pk)], by=clerk),
        "judge": lambda: remove_judge(judge=judge, by=clerk),
        "criterion": lambda: remove_criterion(criterion=made.criteria[1], by=clerk),
    }
    with ThreadPoolExecutor() as pool, transaction.atomic():
        seat = locked_seat(made.seats[0])
        taking = behind(pool, takes[what])
        give_marks(seat=seat, entry=made.entries[0], points=card(made, 50), seen=0)
    with pytest.raises(RuleError, match="评分，不能"):
        taking.result(timeout=20)
    assert (Mark.objects.count(), Seat.objects.filter(judge=judge).count()) == (1, 1)
