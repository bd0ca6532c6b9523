"""Judges who save at the same moment, and two devices of one judge: real threads, real transactions."""

import pytest

from competitions.models import Entry, Mark, Seat
from competitions.services import give_marks
from competitions.services.marks import StaleMarksError
from tests.at_once import at_once
from tests.competitions.judging import bench, card

pytestmark = pytest.mark.django_db(transaction=True)


def test_judges_at_once_lose_nothing_and_two_devices_overwrite_nothing(town, union):
    made = bench(town, [union], judges=4, entries=6)

    def save(seat, entry, points, seen=0):
        return lambda: give_marks(
            seat=Seat.objects.get(pk=seat.pk),
            entry=Entry.objects.get(pk=entry.pk),
            points=card(made, *points),
            seen=seen,
        )

    wanted = {
        (seat.pk, entry.pk): (10 * place + number, place)
        for place, seat in enumerate(made.seats)
        for number, entry in enumerate(made.entries)
    }
    attempts = [
        save(seat, entry, wanted[seat.pk, entry.pk])
        for seat in made.seats
        for entry in made.entries
        for _ in range(2)
    ]
    done, refused = at_once(attempts)  # each of them sent twice
    assert (len(done), refused) == (48, [])
    kept = {}
    for seat, entry, points in Mark.objects.order_by("criterion").values_list("seat", "entry", "points"):
        kept.setdefault((seat, entry), []).append(int(points))
    assert kept == {cell: list(points) for cell, points in wanted.items()}

    Mark.objects.all().delete()
    rivals = [save(made.seats[0], made.entries[0], (number, number), seen=4) for number in range(8)]
    done, refused = at_once(rivals)  # two marks came and went: the card is at version 4
    assert (done, len(refused)) == ([6], 7)
    assert {type(error) for error in refused} == {StaleMarksError}
    one, two = Mark.objects.values_list("points", flat=True)
    assert one == two
    assert {tuple(error.stored.values()) for error in refused} == {(one, two)}
