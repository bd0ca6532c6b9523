"""建会: firms without a union, and the joint union or federation each could join (domain facts 4)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.codes import legal_number
from unions.models import Coverage, Employer, OrgType, Union
from unions.queries.firms import count_people, employers_seen_by

OFFERED = 5


@dataclass(frozen=True)
class Thresholds:
    """Numbers of the law: members from which a firm needs a committee of its own (工会法 11), employees from
    which it may have a full-time chair (工会法 14)."""

    members: int
    employees: int


@dataclass
class CoverageSums:
    """Firms and declared employees in the user's reach, with a union and without. Firms that have declared
    nothing add no employees."""

    covered: int = 0
    uncovered: int = 0
    covered_employees: int = 0
    uncovered_employees: int = 0

    @property
    def rate(self) -> str:
        """Share of firms with a union, as text; nothing without firms."""
        firms = self.covered + self.uncovered
        return f"{self.covered * 100 / firms:.1f}%" if firms else ""


@dataclass
class Candidate:
    """A joint union that could cover a firm, and why it comes to mind."""

    union: Union
    reason: str
    districts: set = field(default_factory=set)


def thresholds(on: dt.date) -> Thresholds:
    """The numbers in force on the day."""
    return Thresholds(
        int(legal_number("union.min_members", on=on)), int(legal_number("union.full_time_chair", on=on))
    )


def uncovered_firms(user):
    """Firms that trade today without a union, annotated with declared ``employees`` and, for ordering, ``size``
    (nothing declared counts as none)."""
    today = timezone.localdate()
    firms = employers_seen_by(user, today).trading(today).filter(is_covered=False)
    return firms.annotate(size=Coalesce("employees", 0, output_field=BigIntegerField()))


def coverage_sums(user) -> CoverageSums:
    """Counts over all trading firms the user sees; one query."""
    today = timezone.localdate()
    firms = employers_seen_by(user, today).trading(today).order_by()
    with_union, without = Q(is_covered=True), Q(is_covered=False)
    sums = firms.aggregate(
        covered=Count("pk", filter=with_union),
        uncovered=Count("pk", filter=without),
        covered_employees=Sum("employees", filter=with_union, default=0),
        uncovered_employees=Sum("employees", filter=without, default=0),
    )
    return CoverageSums(**sums)


def set_candidates(firms: list[Employer], user) -> None:
    """Set ``candidates`` and ``members`` on each firm, and what the law says of its size; four queries.

    Joint unions below the same federation come first, then those with firms in the same district or area.
    """
    count_people(firms)
    limits = thresholds(timezone.localdate())
    joint = _joint_unions(user)
    for firm in firms:
        found = [_judged(firm, candidate) for candidate in joint]
        found = sorted((pair for pair in found if pair), key=lambda pair: (pair[0], pair[1].union.name))
        firm.candidates = [candidate for _, candidate in found[:OFFERED]]
        firm.advice = _advice(firm, limits)


def _joint_unions(user) -> list[Candidate]:
    today = timezone.localdate()
    unions = Union.objects.visible_to(user).existing(today)
    unions = unions.filter(org_type=OrgType.JOINT, is_holding=False).order_by("name")
    candidates = [Candidate(union, "") for union in unions]
    districts = defaultdict(set)
    rows = Coverage.objects.on(today).filter(union__in=[candidate.union for candidate in candidates])
    for union, district in rows.values_list("union", "employer__district").distinct():
        districts[union].add(district)
    for candidate in candidates:
        candidate.districts = districts[candidate.union.pk] - {""}
    return candidates


def _judged(firm: Employer, candidate: Candidate) -> tuple[int, Candidate] | None:
    """The candidate with its rank and reason for this firm, or None."""
    union = candidate.union
    in_federation = firm.union.is_federation and firm.union.parent_id is not None
    if in_federation and union.path.startswith(firm.union.path):
        return 1, Candidate(union, "同一联合会")
    if firm.district and firm.district in candidate.districts:
        return 2, Candidate(union, f"同在{firm.district}")
    return None


def _advice(firm: Employer, limits: Thresholds) -> str:
    if firm.members >= limits.members:
        return f"会员 {firm.members} 名，满 {limits.members} 名应当单独建立委员会"
    if firm.size >= limits.employees:
        return f"职工满 {limits.employees} 人，可单独建会并设专职主席"
    if firm.size >= limits.members:
        return f"职工满 {limits.members} 人，宜单独建会"
    return "可加入联合基层工会"
