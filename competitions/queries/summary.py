"""What came of a contest, for its printed summary (竞赛总结): every figure from the records of the contest."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum
from django.utils import timezone

from competitions.models import Award, Contest, Entrant, Entry, Event, Gain, Promise, Result
from competitions.queries.follow import LAPSED, sums_of
from core import codes


@dataclass
class Table:
    """The ranked entries of an event whose results are final: rank, who, union, total, prize; or nothing yet."""

    event: Event
    rows: list[tuple] = field(default_factory=list)
    absent: int = 0

    @property
    def is_final(self) -> bool:
        """The results are published and stay."""
        return self.event.phase == Event.Phase.FINAL


def summary_of(contest: Contest) -> dict:
    """Facts, entries by union, results, prizes by union, promises and money; the number of queries does not depend on
    how many there are."""
    events = list(contest.events.all())
    tables = _tables(events)
    promises = Promise.objects.filter(event__contest=contest)
    today = timezone.localdate()
    return {
        "today": today,
        "level": codes.names("competition_level").get(contest.level, contest.level),
        "events": events,
        "unions": _unions(contest),
        "entries": _entries(contest),
        "tables": tables,
        "medals": _medals(contest),
        "titles": list(dict.fromkeys(_prize_titles(contest))),
        "gains": _gains(promises, today),
        "promised_bonus": promises.filter(~LAPSED).exclude(state="waived").aggregate(sum=Sum("amount"))["sum"]
        or 0,
        "paid_bonus": promises.exclude(settled="reclaimed").aggregate(sum=Sum("delivered_amount"))["sum"]
        or 0,
    }


def _entries(contest: Contest) -> dict[str, int]:
    found = Entry.objects.filter(event__contest=contest)
    sums = found.aggregate(
        submitted=Count("pk"),
        admitted=Count("pk", filter=Q(state="admitted")),
        withdrawn=Count("pk", filter=Q(state="withdrawn")),
    )
    competing = Entrant.objects.competing().filter(event__contest=contest, entry__state="admitted")
    people = competing.aggregate(entrants=Count("pk"), people=Count("worker", distinct=True))
    return sums | people


def _unions(contest: Contest) -> list[dict]:
    """By union: entries admitted and people in them, most people first."""
    rows = Entrant.objects.competing().filter(event__contest=contest, entry__state="admitted")
    rows = rows.order_by().values("entry__union", "entry__union__name")
    rows = rows.annotate(entries=Count("entry", distinct=True), people=Count("worker", distinct=True))
    return list(rows.order_by("-people", "entry__union__name"))


def _tables(events: list[Event]) -> list[Table]:
    final = [event.pk for event in events if event.phase == Event.Phase.FINAL]
    results = Result.objects.filter(event__in=final).select_related("entry__union", "entry__award__prize")
    people: dict[int, list[str]] = {}
    rows = Entrant.objects.competing().filter(event__in=final).order_by("pk")
    for entry, name in rows.values_list("entry", "worker__name"):
        people.setdefault(entry, []).append(name)
    tables = {event.pk: Table(event) for event in events}
    for result in results.order_by("rank", "pk"):
        table = tables[result.event_id]
        if result.rank is None:
            table.absent += 1
            continue
        entry = result.entry
        names = "、".join(people.get(entry.pk, []))
        who = f"{entry.team_name}（{names}）" if entry.team_name else names
        prize = entry.award.prize.title if hasattr(entry, "award") else ""
        table.rows.append((result.rank, who, entry.union.name, result.total, prize))
    return list(tables.values())


def _prize_titles(contest: Contest):
    found = contest.events.order_by("prizes__position", "pk").exclude(prizes=None)
    return found.values_list("prizes__title", flat=True)


def _medals(contest: Contest) -> list[dict]:
    """By union: how many awards of each title, the most of the highest first."""
    rows = Award.objects.standing().filter(event__contest=contest).order_by()
    rows = rows.values_list("entry__union", "entry__union__name", "prize__title").annotate(found=Count("pk"))
    counts: dict[tuple[int, str], Counter] = {}  # two unions may have one name
    for key, name, title, found in rows:
        counts.setdefault((key, name), Counter())[title] += found
    titles = list(dict.fromkeys(_prize_titles(contest)))
    lines = [
        {"union": union, "counts": [won[title] for title in titles], "sum": won.total()}
        for (_, union), won in counts.items()
    ]
    return sorted(lines, key=lambda line: ([-one for one in line["counts"]], line["union"]))


def _gains(promises, today) -> list[dict]:
    """By kind of gain: made, delivered, overdue."""
    rows = [{"title": label} | sums_of(promises.filter(gain=gain), today) for gain, label in Gain.choices]
    return [row for row in rows if row["made"]]
