"""Reads over the tree: unions with their figures, rolled up by tier without a query per node."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from core.codes import legal_number
from core.models import Code
from unions.models import COMMITTEES, Coverage, Employer, OrgType, Post, Union

# Days before the end of a term or post at which pages start to remind.
SOON = dt.timedelta(days=90)


@dataclass
class Figures:
    """Counts over a union and all below it. ``declared`` sums what committees declare: adding a federation's
    own figure would count its unions' members twice (domain facts 4)."""

    unions: int = 0
    firms: int = 0
    members: int = 0
    declared: int | None = None

    @property
    def difference(self) -> int | None:
        """Counted minus declared; None when nothing was declared."""
        return None if self.declared is None else self.members - self.declared


@dataclass
class Node:
    """A row of the tree page; ``depth`` is 0 for the topmost rows this user sees."""

    union: Union
    depth: int
    figures: Figures = field(default_factory=Figures)
    is_match: bool = False
    has_children: bool = False


def union_tree(user, *, search: str = "", on: dt.date | None = None) -> list[Node]:
    """The unions the user sees, in tree order, with rolled-up figures; five queries whatever the size.

    With a search only matching unions remain, and the way to them.
    """
    unions = list(Union.objects.visible_to(user).existing(on or timezone.localdate()).order_by("path"))
    figures = _rolled_up(unions)
    matches = _matching(user, search) if search else set()
    kept = _with_ancestors(unions, matches) if search else {union.path for union in unions}
    top = min((union.depth for union in unions), default=0)
    shown = sorted((union for union in unions if union.path in kept), key=_tree_order(unions))
    parents = {union.parent_id for union in shown}
    return [
        Node(union, union.depth - top, figures[union.pk], union.pk in matches, union.pk in parents)
        for union in shown
    ]


def figures_of(union: Union) -> Figures:
    """The figures of one union and all below it."""
    below = list(Union.objects.within(union).existing(timezone.localdate()))
    return _rolled_up(below).get(union.pk, Figures())


def total_of(nodes: list[Node]) -> Figures:
    """The sum over the topmost rows of a tree page."""
    top = [node for node in nodes if node.depth == 0]
    declared = [node.figures.declared for node in top if node.figures.declared is not None]
    return Figures(
        unions=sum(node.figures.unions + (node.union.org_type in COMMITTEES) for node in top),
        firms=sum(node.figures.firms for node in top),
        members=sum(node.figures.members for node in top),
        declared=sum(declared) if declared else None,
    )


def standings_in(union: Union) -> dict[str, int]:
    """How many people of each standing the union itself keeps, not counting unions below."""
    rows = union.workers.order_by().values_list("standing").annotate(Count("pk"))
    return {"member": 0, "retained": 0, "none": 0, "left": 0, **dict(rows)}


def employers_seen_by(user, on: dt.date):
    """Firms in reach, annotated with ``employees`` (last declared) and ``is_covered`` on the day."""
    coverage = Coverage.objects.on(on).filter(employer=OuterRef("pk"))
    seen = Employer.objects.visible_to(user).select_related("union")
    return seen.with_employees(on).annotate(is_covered=Exists(coverage))


def count_people(employers: list[Employer]) -> None:
    """Set ``on_roll`` (people on the roll who work there) and ``members`` on each firm; one query."""
    people = Count("workers", filter=~Q(workers__standing="left"))
    members = Count("workers", filter=Q(workers__standing="member"))
    rows = Employer.objects.filter(pk__in=[employer.pk for employer in employers]).order_by()
    counts = {pk: pair for pk, *pair in rows.annotate(p=people, m=members).values_list("pk", "p", "m")}
    for employer in employers:
        employer.on_roll, employer.members = counts[employer.pk]


def employer_code_names(employer: Employer) -> dict[str, str]:
    """Names of the firm's coded facts; an unknown code shows itself."""
    tables = {"nature": "employer_nature", "economy": "economy_kind", "industry": "industry_section"}
    rows = Code.objects.filter(table__in=tables.values()).values_list("table", "code", "name")
    names = {(table, code): name for table, code, name in rows}
    return {
        field: names.get((table, getattr(employer, field)), getattr(employer, field))
        for field, table in tables.items()
    }


def parents_of(union: Union) -> list[Union]:
    """The unions above, from the town down."""
    keys = [int(key) for key in union.path.split("/")[:-2]]
    return list(Union.objects.filter(pk__in=keys).order_by("path"))


def warnings_about(union: Union, *, members: int, firms: int, on: dt.date) -> list[str]:
    """What the law or the forms would object to about a union; advice, never a refusal."""
    found = []
    if union.org_type == OrgType.JOINT and firms < 2:
        found.append(f"联合基层工会应覆盖两个以上单位，现覆盖 {firms} 个（工会法第十一条）。")
    if union.org_type == OrgType.GRASSROOTS and firms == 0:
        found.append("尚未登记覆盖单位。")
    if union.org_type in COMMITTEES:
        found += _term_warnings(union, on)
    least = int(legal_number("union.min_members", on=on))
    if union.org_type == OrgType.ORGANISER and members >= least:
        found.append(f"会员已有 {members} 名，满 {least} 名应当建立基层工会委员会（工会法第十一条）。")
    return found


def destinations(search: str):
    """Unions that can take a member over: committees and holding unions of the whole town, by name.

    Deliberately not scoped: a transfer leads to a union outside the officer's reach. Show names only.
    """
    takers = Q(org_type__in=COMMITTEES) | Q(is_holding=True)
    open_unions = Union.objects.existing(timezone.localdate()).filter(takers)
    return open_unions.filter(name__icontains=search).order_by("name", "pk")


def posts_seen_by(user):
    """Posts with the people and unions to show them."""
    return Post.objects.visible_to(user).select_related("user", "union")


def posts_in(state: str, posts):
    """Posts that are ``current``, ``expiring`` within SOON, ``expired`` or ``coming``; others: all."""
    today = timezone.localdate()
    running = Q(start__lte=today) & (Q(end=None) | Q(end__gt=today))
    states = {
        "current": running,
        "expiring": running & Q(end__lte=today + SOON),
        "expired": Q(end__lte=today),
        "coming": Q(start__gt=today),
    }
    return posts.filter(states[state]) if state in states else posts


def covered_firms(union: Union, on: dt.date):
    """Coverage rows of a union on a day with their firms."""
    return Coverage.objects.on(on).filter(union=union).select_related("employer").order_by("employer__name")


def _term_warnings(union: Union, on: dt.date) -> list[str]:
    last = max(union.terms.all(), key=lambda term: term.start, default=None)
    if last is None:
        return ["尚未登记委员会届次。"]
    if last.end <= on:
        return [f"第 {last.number} 届已于 {last.end} 届满，应当换届。"]
    if last.end <= on + SOON:
        return [f"第 {last.number} 届将于 {last.end} 届满，请准备换届。"]
    return []


def _rolled_up(unions: list[Union]) -> dict[int, Figures]:
    """Figures by union id, own and below, for unions given with everything below them."""
    keys = [union.pk for union in unions]
    today = timezone.localdate()
    firms = _counts(Coverage.objects.on(today).filter(union__in=keys), "union")
    members = dict(
        Union.objects.filter(pk__in=keys)
        .annotate(members=Count("workers", filter=Q(workers__standing="member")))
        .values_list("pk", "members")
    )
    sums: dict[int, Figures] = defaultdict(Figures)
    for union in unions:
        is_committee = union.org_type in COMMITTEES
        for key in [int(part) for part in union.path.split("/")[:-1]]:
            figures = sums[key]
            figures.firms += firms[union.pk]
            figures.members += members[union.pk]
            figures.unions += is_committee and key != union.pk
            if is_committee and union.declared_members is not None:
                figures.declared = (figures.declared or 0) + union.declared_members
    return {union.pk: sums[union.pk] for union in unions}


def _counts(rows, name: str) -> Counter:
    return Counter(dict(rows.order_by().values_list(name).annotate(Count("pk"))))


def _matching(user, search: str) -> set[int]:
    text = Q(name__icontains=search) | Q(short_name__icontains=search) | Q(code__iexact=search)
    by_firm = Employer.objects.visible_to(user).filter(name__icontains=search).values("union")
    found = Union.objects.visible_to(user).filter(text | Q(credit_code__iexact=search) | Q(pk__in=by_firm))
    return set(found.values_list("pk", flat=True))


def _with_ancestors(unions: list[Union], matches: set[int]) -> set[str]:
    kept = set()
    for union in unions:
        if union.pk in matches:
            parts = union.path.split("/")[:-1]
            kept |= {"/".join(parts[: size + 1]) + "/" for size in range(len(parts))}
    return kept


def _tree_order(unions: list[Union]):
    """Children follow their parent, federations before enterprise unions, then by code. Paths sort as text
    (1/10/ before 1/2/), which is a tree order but not one people expect."""
    places = {union.pk: (not union.is_federation, union.code) for union in unions}
    return lambda union: [places.get(int(part), (False, "")) for part in union.path.split("/")[:-1]]
