"""The tree of unions with their figures, rolled up by tier without a query per node; today or on a past day."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from unions.models import COMMITTEES, Coverage, Employer, Placement, Union, UnionProfile
from unions.spells import in_effect

MEMBERS, WOMEN = Q(workers__standing="member"), Q(workers__sex="2")
EMPLOYEES = Q(workers__standing__in=["member", "none"])


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


@dataclass(frozen=True)
class Comparison:
    """A number of people as declared and as counted; None where it was not declared, or is not counted."""

    title: str
    declared: int | None
    counted: int | None

    @property
    def difference(self) -> int | None:
        """Counted minus declared."""
        return None if None in (self.declared, self.counted) else self.counted - self.declared


def union_tree(user, *, search: str = "", on: dt.date | None = None) -> list[Node]:
    """The unions the user sees, in tree order, with rolled-up figures; five queries whatever the size.

    With a search only matching unions remain, and the way to them. With a day that has passed the tree is drawn
    as it stood then, from the placements; names, types and the user's reach are today's.
    """
    day = on or timezone.localdate()
    unions = list(Union.objects.visible_to(user).existing(day).order_by("path"))
    if day != timezone.localdate():
        _hang_as_on(unions, day)
    figures = _rolled_up(unions, day)
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
    today = timezone.localdate()
    below = list(Union.objects.within(union).existing(today))
    return _rolled_up(below, today).get(union.pk, Figures())


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


def profile_of(union: Union) -> UnionProfile:
    """The union's profile; an empty one that is not stored where nobody has filled it in."""
    return UnionProfile.objects.filter(union=union).first() or UnionProfile(union=union)


def comparisons_of(union: Union, profile: UnionProfile) -> list[Comparison]:
    """What the union declares beside what its own records count. A federation has no records of its own."""
    declared = {
        "employees": ("职工", profile.declared_employees, EMPLOYEES),
        "women": ("女职工", profile.declared_women, EMPLOYEES & WOMEN),
        "migrants": (
            "农民工",
            profile.declared_migrants,
            EMPLOYEES & Q(workers__is_migrant=True),
        ),
        "members": ("会员", union.declared_members, MEMBERS),
        "women_members": ("女会员", profile.declared_women_members, MEMBERS & WOMEN),
    }
    counted = {}
    if not union.is_federation:
        sums = {name: Count("workers", filter=condition) for name, (_, _, condition) in declared.items()}
        counted = Union.objects.filter(pk=union.pk).aggregate(**sums)
    return [Comparison(title, number, counted.get(name)) for name, (title, number, _) in declared.items()]


def parents_of(union: Union) -> list[Union]:
    """The unions above, from the town down."""
    keys = [int(key) for key in union.path.split("/")[:-2]]
    return list(Union.objects.filter(pk__in=keys).order_by("path"))


def destinations(search: str):
    """Unions that can take a member over: committees and holding unions of the whole town, by name.

    Deliberately not scoped: a transfer leads to a union outside the officer's reach. Show names only.
    """
    takers = Q(org_type__in=COMMITTEES) | Q(is_holding=True)
    open_unions = Union.objects.existing(timezone.localdate()).filter(takers)
    return open_unions.filter(name__icontains=search).order_by("name", "pk")


def _hang_as_on(unions: list[Union], day: dt.date) -> None:
    """Give the unions (in memory) the parents and paths of a past day.

    Where a parent is out of sight or did not exist yet, the union stands on top.
    """
    known = {union.pk for union in unions}
    rows = Placement.objects.on(day).filter(union__in=known, parent__in=known)
    above = dict(rows.values_list("union", "parent"))
    for union in unions:
        way, key = [], union.pk
        while key is not None and key not in way:
            way.append(key)
            key = above.get(key)
        union.parent_id = above.get(union.pk)
        union.path = "".join(f"{key}/" for key in reversed(way))


def _members(keys: list[int], day: dt.date) -> Counter:
    """Active members by union: today's by the records, past ones by the spells of membership.

    Counted on the table itself, a third of the time of a join with the unions when there are a million.
    """
    if day == timezone.localdate():
        rows = _related("workers").filter(standing="member")
    else:
        rows = _related("memberships").filter(in_effect(day), is_retained=False)
    return _counts(rows.filter(union__in=keys), "union")


def _related(name: str):
    """All rows of a model above this app that point at unions."""
    return Union._meta.get_field(name).related_model.objects.all()


def _rolled_up(unions: list[Union], day: dt.date) -> dict[int, Figures]:
    """Figures by union id, own and below, for unions given with everything below them."""
    keys = [union.pk for union in unions]
    firms = _counts(Coverage.objects.on(day).filter(union__in=keys), "union")
    members = _members(keys, day)
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
