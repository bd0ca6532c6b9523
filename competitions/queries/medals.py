"""Which unions came first, second and third in final results, and how many awards they got."""

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from competitions.models import Award, Event, Result
from competitions.queries.follow import stripped
from unions.models import Union

PLACES = {"first": 1, "second": 2, "third": 3}


def final_events(user):
    """Events with final results of contests the user sees."""
    return Event.objects.visible_to(user).filter(phase=Event.Phase.FINAL)


def with_medals(events):
    """The unions that are ranked in these events (final ones), with ``first``, ``second``, ``third``: how often they
    came to that rank, a shared one once for each who shares it and none whose award stands revoked; ``medals``
    altogether; ``ranked`` entries that have a rank; ``awards`` that they hold."""
    results = Result.objects.final().filter(event__in=events.values("pk"), standing=Result.Standing.RANKED)
    mine = results.filter(entry__union=OuterRef("pk")).order_by().values("entry__union")
    awards = Award.objects.filter(event__in=events.values("pk"), entry__union=OuterRef("pk"))
    awards = awards.order_by().values("entry__union")
    kept = mine.exclude(entry__in=stripped())
    counts = {name: _counted(kept, Q(rank=place)) for name, place in PLACES.items()}
    rows = Union.objects.filter(Exists(results.filter(entry__union=OuterRef("pk"))))
    rows = rows.annotate(**counts, ranked=_counted(mine, Q()), awards=_counted(awards, Q()))
    return rows.annotate(medals=F("first") + F("second") + F("third"))


def _counted(rows, condition: Q):
    found = rows.annotate(found=Count("pk", filter=condition) if condition else Count("pk")).values("found")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)
