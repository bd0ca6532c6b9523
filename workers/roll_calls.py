"""Reads for the roll call's pages."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.access import Permission
from core.reporting import Period, PeriodKind
from unions.models import COMMITTEES, Union
from workers.models import Employment, IdentityDocument, RollCall, RollCallEntry, Worker

QUARTERS = 8


def unions_to_call(user):
    """Unions in reach that call a roll: grassroots committees and holding unions that exist."""
    unions = Union.objects.within_reach(user, Permission.VIEW_ROLL).filter(dissolved_on=None)
    return unions.filter(Q(org_type__in=COMMITTEES) | Q(is_holding=True))


def quarter_of_today() -> str:
    """The code of the quarter that a roll call started now belongs to, ``2026-Q4``."""
    return Period.of(PeriodKind.QUARTERLY, timezone.localdate()).code


def called_members(union: Union):
    """The people a roll call of the union asks about: its active members."""
    return Worker.objects.filter(union=union, standing="member", merged_into=None)


def missing_members(roll_call: RollCall):
    """Active members of the union who have not been ticked."""
    ticked = roll_call.entries.filter(is_present=True).values("worker")
    return called_members(roll_call.union).exclude(pk__in=ticked)


def recent_quarters() -> list[Period]:
    """This quarter and those before it, newest first."""
    periods = [Period.parse(quarter_of_today())]
    while len(periods) < QUARTERS:
        periods.append(periods[-1].previous())
    return periods


def with_roll_calls(unions, quarter: str):
    """The unions with ``called``, their roll call of the quarter (a list of one or none), and ``on_roll``, how many
    active members they have today; one more query."""
    calls = Prefetch("roll_calls", queryset=RollCall.objects.filter(quarter=quarter), to_attr="called")
    people = Worker.objects.filter(union=OuterRef("pk"), standing="member").order_by().values("union")
    counted = Subquery(people.annotate(people=Count("pk")).values("people"))
    return unions.annotate(on_roll=Coalesce(counted, 0)).prefetch_related(calls)


def totals(user, quarter: str) -> dict[str, int]:
    """How many unions in reach have done, begun, and not begun the roll call."""
    unions = unions_to_call(user)
    calls = RollCall.objects.filter(quarter=quarter, union__in=unions.values("pk"))
    done = Count("pk", filter=Q(completed_at__isnull=False))
    found = calls.aggregate(all=Count("pk"), done=done)
    return {
        "done": found["done"],
        "running": found["all"] - found["done"],
        "todo": unions.count() - found["all"],
    }


def open_roll_call(union: Union) -> RollCall | None:
    """The union's roll call that waits to be completed, else this quarter's, if there is one."""
    calls = RollCall.objects.filter(union=union)
    waiting = calls.filter(completed_at=None).order_by("-quarter").first()
    return waiting or calls.filter(quarter=quarter_of_today()).first()


@dataclass
class Part:
    """The people of one screen; ``number`` of ``parts``, from 1."""

    people: list[Worker]
    number: int
    parts: int
    total: int
    ticked: set[int]

    @property
    def shown(self) -> str:
        """Keys of the people on the screen, for the form."""
        return ",".join(str(person.pk) for person in self.people)

    @property
    def ticked_elsewhere(self) -> int:
        """Ticks kept on other screens."""
        return len(self.ticked - {person.pk for person in self.people})


def part_of(union: Union, roll_call: RollCall | None, number: str, size: int) -> Part:
    """One screen of the union's active members, by firm and name, with the ticks kept so far."""
    members = called_members(union)
    total = members.count()
    parts = max(-(-total // size), 1)
    place = min(max(int(number), 1), parts) if number.isascii() and number.isdigit() else 1
    people = with_places(members)[(place - 1) * size : place * size]
    entries = RollCallEntry.objects.filter(
        roll_call=roll_call, is_present=True, worker__in=members.values("pk")
    )
    ticked = set(entries.values_list("worker", flat=True)) if roll_call else set()
    return Part(list(people), place, parts, total, ticked)


def with_places(workers):
    """People with firm, team and document in use, by firm and name; three queries."""
    documents = IdentityDocument.objects.filter(is_current=True).defer("number", "number_index")
    jobs = Employment.objects.filter(end=None)
    return (
        workers.defer("phone", "phone_index")
        .select_related("employer")
        .prefetch_related(
            Prefetch("documents", queryset=documents, to_attr="current_documents"),
            Prefetch("employments", queryset=jobs, to_attr="running_jobs"),
        )
        .order_by("employer__name", "pinyin", "pk")
    )
