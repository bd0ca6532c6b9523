"""What runs out: terms of committees, certificates as legal persons, posts (domain facts 4: remind before expiry).

How many days ahead is data (legal numbers ``reminder.*``): offices differ, and so do the years.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from core.access import Permission
from core.codes import legal_number
from unions.models import COMMITTEES, FEDERATIONS, LegalRegistration, OrgType, Post, Term, Union
from unions.roles import Role

TERM, CERTIFICATE, POST = "term", "certificate", "post"
KINDS = {TERM: "委员会届次", CERTIFICATE: "法人证书", POST: "干部任职"}
OVERDUE, MISSING, DUE, ALL = "overdue", "missing", "due", "all"
OFFICERS = (Role.OFFICER, Role.FEDERATION_OFFICER)


@dataclass
class DueCounts:
    """How many things of a kind are overdue, run out within so many days (each figure holds the ones before
    it), or were never recorded."""

    kind: str
    overdue: int = 0
    missing: int = 0
    within: dict[int, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The kind by name."""
        return KINDS[self.kind]

    @property
    def soon(self) -> int:
        """Those that run out within the longest time."""
        return max(self.within.values(), default=0)


def reminder_days(on: dt.date) -> list[int]:
    """Days ahead at which pages remind, from the nearest to the farthest."""
    return sorted(int(legal_number(f"reminder.{name}_days", on=on)) for name in ("near", "middle", "far"))


def soon_after(on: dt.date) -> dt.date:
    """The day up to which something counts as running out soon."""
    return on + dt.timedelta(days=int(legal_number("reminder.far_days", on=on)))


def things_due(user, kind: str):
    """Rows annotated with their ``kind`` and with ``due``, the day they run out: unions by their last term or
    certificate (None: never recorded) and its number (``what``), or posts that nobody has taken over."""
    if kind == POST:
        return _posts(user).annotate(kind=Value(POST))
    unions = Union.objects.visible_to(user).existing(timezone.localdate())
    unions = unions.filter(org_type__in=(*COMMITTEES, *FEDERATIONS))
    rows, name = (Term, "number") if kind == TERM else (LegalRegistration, "number")
    if kind == CERTIFICATE:
        unions = unions.filter(can_register=True)
    last = rows.objects.filter(union=OuterRef("pk")).order_by("-start", "-pk")
    facts = {"due": Subquery(last.values("end")[:1]), "what": Subquery(last.values(name)[:1])}
    return unions.annotate(kind=Value(kind), **facts)


def within_state(rows, state: str, on: dt.date):
    """The rows of ``things_due`` that are overdue, missing, due (overdue or soon), or due within N days."""
    if state == OVERDUE:
        return rows.filter(due__lte=on)
    if state == MISSING:
        return rows.filter(due=None)
    if state == DUE:
        return rows.filter(due__lte=soon_after(on))
    if state.isdecimal():
        return rows.filter(due__gt=on, due__lte=on + dt.timedelta(days=int(state)))
    return rows


def due_counts(user, union: Union | None = None) -> list[DueCounts]:
    """Counts of each kind the user sees, of the whole reach or of one union and below; three queries and the
    legal numbers."""
    today = timezone.localdate()
    days = reminder_days(today)
    return [_counted(user, kind, union, today, days) for kind in KINDS]


def warnings_about(union: Union, *, members: int, firms: int, on: dt.date) -> list[str]:
    """What the law or the forms would object to about a union; advice, never a refusal."""
    found = []
    if union.dissolved_on:
        return found
    if union.org_type == OrgType.JOINT and firms < 2:
        found.append(f"联合基层工会应覆盖两个以上单位，现覆盖 {firms} 个（工会法第十一条）。")
    if union.org_type == OrgType.GRASSROOTS and firms == 0:
        found.append("尚未登记覆盖单位。")
    if union.org_type in (*COMMITTEES, *FEDERATIONS):
        soon = soon_after(on)
        found += _term_warnings(union, on, soon)
        found += _certificate_warnings(union, on, soon)
    least = int(legal_number("union.min_members", on=on))
    if union.org_type == OrgType.ORGANISER and members >= least:
        found.append(f"会员已有 {members} 名，满 {least} 名应当建立基层工会委员会（工会法第十一条）。")
    return found


def posts_seen_by(user):
    """Posts with the people and unions to show them, and the stage they are at."""
    posts = Post.objects.visible_to(user).with_stages(soon_after(timezone.localdate()))
    return posts.select_related("user", "union")


def posts_in(state: str, posts):
    """Those of ``posts_seen_by`` that are ``current``, ``expiring`` soon, ``expired`` or ``coming``; others: all."""
    if state == Post.Stage.CURRENT:
        return posts.filter(stage__in=(Post.Stage.CURRENT, Post.Stage.EXPIRING))
    return posts.filter(stage=state) if state in Post.Stage.values else posts


def _posts(user):
    """Town staff see all posts; officers those of officers in their own reach."""
    open_unions = Union.objects.existing(timezone.localdate()).values("pk")
    seen = Post.objects.visible_to(user) | Post.objects.within_reach(
        user, Permission.DECLARE_HEADCOUNTS
    ).filter(role__in=OFFICERS)
    later = Post.objects.filter(union=OuterRef("union"), role=OuterRef("role")).filter(
        Q(end=None) | Q(end__gt=OuterRef("end"))
    )
    ending = seen.filter(end__isnull=False, union__in=open_unions).filter(~Exists(later))
    return ending.select_related("user", "union").annotate(due=F("end"))


def _counted(user, kind: str, union: Union | None, today: dt.date, days: list[int]) -> DueCounts:
    rows = things_due(user, kind)
    if union:
        rows = rows.filter(**{"union__path__startswith" if kind == POST else "path__startswith": union.path})
    sums = {
        f"d{length}": Count("pk", filter=Q(due__gt=today, due__lte=today + dt.timedelta(days=length)))
        for length in days
    }
    found = rows.order_by().aggregate(
        overdue=Count("pk", filter=Q(due__lte=today)), missing=Count("pk", filter=Q(due=None)), **sums
    )
    return DueCounts(kind, found["overdue"], found["missing"], {day: found[f"d{day}"] for day in days})


def _term_warnings(union: Union, on: dt.date, soon: dt.date) -> list[str]:
    last = max(union.terms.all(), key=lambda term: term.start, default=None)
    if last is None:
        return ["尚未登记委员会届次。"]
    if last.end <= on:
        return [f"第 {last.number} 届已于 {last.end} 届满，应当换届。"]
    if last.end <= soon:
        return [f"第 {last.number} 届将于 {last.end} 届满，请准备换届。"]
    return []


def _certificate_warnings(union: Union, on: dt.date, soon: dt.date) -> list[str]:
    last = max(union.registrations.all(), key=lambda row: row.start, default=None)
    if last is None or not union.can_register or last.end > soon:
        return []
    if last.end <= on:
        return [f"法人证书 {last.number} 已于 {last.end} 到期，应当换证。"]
    return [f"法人证书 {last.number} 将于 {last.end} 到期，请办理换证。"]
