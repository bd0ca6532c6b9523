"""The organisations of the demo town: a three-tier tree, firms, terms, certificates, declared headcounts."""

import datetime as dt
import random
from dataclasses import dataclass, field

from demo import invention
from unions.models import Coverage, Employer, Headcount, LegalRegistration, OrgType, Placement, Term, Union
from unions.naming import employer_key

FEDERATIONS = (
    ("演东村工会联合会", OrgType.VILLAGE_FEDERATION),
    ("演西村工会联合会", OrgType.VILLAGE_FEDERATION),
    ("拟岸村工会联合会", OrgType.VILLAGE_FEDERATION),
    ("拟港社区工会联合会", OrgType.VILLAGE_FEDERATION),
    ("例山工业园区工会联合会", OrgType.AREA_FEDERATION),
    ("样海电气行业工会联合会", OrgType.SECTOR_FEDERATION),
)
FIRMS = 60
WITHOUT_UNION = 9  # the last ones; some of them are large enough to need one
JOINT = ("演东村联合工会委员会", "拟港社区联合工会委员会")
FIRMS_PER_JOINT = 4
NATURES = ("159", "159", "170", "170", "170", "169", "200")
CHAIRS = "主席"


@dataclass
class Town:
    """What was built, for the roll to be filled into."""

    root: Union
    federations: list[Union]
    holding: Union
    dissolved: Union
    firms: list[Employer] = field(default_factory=list)
    covering: dict[int, Union] = field(default_factory=dict)  # employer id → union
    covered_from: dict[int, dt.date] = field(default_factory=dict)
    weights: list[float] = field(default_factory=list)

    @property
    def covered_firms(self) -> list[Employer]:
        """Firms with a union, in order."""
        return [firm for firm in self.firms if firm.pk in self.covering]


class Numbering:
    """Portal codes and union credit codes, one after the other."""

    def __init__(self):
        self.last = 0

    def next(self) -> int:
        """The next number."""
        self.last += 1
        return self.last


def build_town(rng: random.Random, today: dt.date) -> Town:
    """Create unions and firms; the caller holds the transaction."""
    numbers = Numbering()
    root = _union(numbers, rng, today, name="南岳镇总工会", org_type=OrgType.TOWN, parent=None, years=22)
    federations = [
        _union(
            numbers, rng, today, name=f"南岳镇{name}", org_type=kind, parent=root, years=rng.uniform(6, 12)
        )
        for name, kind in FEDERATIONS
    ]
    holding = _union(
        numbers, rng, today, name="南岳镇代管会籍联合工会", org_type=OrgType.JOINT, parent=root, years=9,
        is_holding=True, can_register=False,
    )  # fmt: skip
    dissolved = _union(
        numbers, rng, today, name="乐清市样旧制罐厂工会委员会", org_type=OrgType.GRASSROOTS,
        parent=federations[0], years=11, dissolved_on=today - dt.timedelta(days=250),
    )  # fmt: skip
    town = Town(root, federations, holding, dissolved)
    _build_firms(town, numbers, rng, today)
    _build_joint_unions(town, numbers, rng, today)
    _build_terms(rng, today)
    _build_registrations(rng, today)
    return town


def _union(numbers, rng, today, *, name, org_type, parent, years, **fields) -> Union:
    place = numbers.next()
    union = Union.objects.create(
        code=f"NY{place:04d}",
        name=name,
        short_name=name.removeprefix("乐清市").removeprefix("南岳镇").removesuffix("工会委员会")[:20],
        org_type=org_type,
        parent=parent,
        path=f"new-{place}/",
        credit_code=invention.union_code(place) if rng.random() < 0.85 or parent is None else "",
        founded_on=today - dt.timedelta(days=int(years * 365)),
        head_name=invention.person_name(rng),
        head_phone=invention.mobile_number(90_000_000 + place),
        **fields,
    )
    union.path = f"{parent.path if parent else ''}{union.pk}/"
    union.save(update_fields=["path"])
    if parent:
        Placement.objects.create(union=union, parent=parent, start=union.founded_on, end=union.dissolved_on)
    return union


def _build_firms(town: Town, numbers: Numbering, rng, today) -> None:
    in_joint = FIRMS_PER_JOINT * len(JOINT)
    for place in range(FIRMS):
        name, section = invention.firm_name(place)
        federation = town.federations[place % len(town.federations)]
        small = FIRMS - WITHOUT_UNION - in_joint <= place < FIRMS - WITHOUT_UNION
        firm = Employer.objects.create(
            name=name,
            name_key=employer_key(name),
            credit_code=invention.firm_code(place),
            union=federation,
            address=f"南岳镇{federation.short_name[:3]}演示路{place + 1}号",
            district="乐清市",
            nature=rng.choice(NATURES),
            industry=section,
            opened_on=today - dt.timedelta(days=rng.randint(365 * 5, 365 * 20)),
        )
        town.firms.append(firm)
        town.weights.append(rng.uniform(0.15, 0.4) if small else rng.lognormvariate(0, 0.7) + 0.3)
        if place < FIRMS - WITHOUT_UNION - in_joint:
            years = rng.uniform(0.3, 2) if place % 9 == 4 else rng.uniform(3, 14)
            union = _union(
                numbers, rng, today, name=f"{name}工会委员会", org_type=OrgType.GRASSROOTS,
                parent=federation, years=years,
            )  # fmt: skip
            _cover(town, firm, union, union.founded_on)


def _build_joint_unions(town: Town, numbers: Numbering, rng, today) -> None:
    first = FIRMS - WITHOUT_UNION - FIRMS_PER_JOINT * len(JOINT)
    for place, name in enumerate(JOINT):
        union = _union(
            numbers, rng, today, name=f"南岳镇{name}", org_type=OrgType.JOINT,
            parent=town.federations[0 if place == 0 else 3], years=7,
        )  # fmt: skip
        start = first + place * FIRMS_PER_JOINT
        for firm in town.firms[start : start + FIRMS_PER_JOINT]:
            _cover(town, firm, union, union.founded_on + dt.timedelta(days=rng.randint(0, 900)))


def _cover(town: Town, firm: Employer, union: Union, start: dt.date) -> None:
    Coverage.objects.create(employer=firm, union=union, start=start)
    firm.union = union
    firm.save(update_fields=["union"])
    town.covering[firm.pk] = union
    town.covered_from[firm.pk] = start


def _build_terms(rng, today) -> None:
    """Committees are elected for 5 years (3 for some); about one in seven is overdue."""
    terms = []
    for union in Union.objects.order_by("pk"):
        years = 3 if union.org_type == OrgType.JOINT else 5
        start = union.founded_on
        number = 1
        while start + dt.timedelta(days=years * 365) < today and rng.random() < 0.93:
            terms.append(_term(union, number, start, years))
            start, number = start + dt.timedelta(days=years * 365), number + 1
        terms.append(_term(union, number, start, years))
    Term.objects.bulk_create(terms)


def _term(union, number, start, years) -> Term:
    return Term(union=union, number=number, start=start, end=start + dt.timedelta(days=years * 365))


def _build_registrations(rng, today) -> None:
    """Certificates run 5 years; some unions never applied, some let theirs expire."""
    rows = []
    for union in Union.objects.exclude(credit_code="").filter(can_register=True).order_by("pk"):
        if rng.random() < 0.88:
            start = max(union.founded_on, today - dt.timedelta(days=rng.randint(60, 5 * 365 + 200)))
            rows.append(
                LegalRegistration(
                    union=union,
                    number=f"浙演工法{union.pk:05d}",
                    start=start,
                    end=start + dt.timedelta(days=5 * 365),
                )
            )
    LegalRegistration.objects.bulk_create(rows)


def declare_headcounts(town: Town, on_roll: dict[int, int], rng, today) -> None:
    """Nine quarterly declarations per firm. Declared and counted figures disagree, as they do in life."""
    rows = []
    for firm in town.firms:
        counted = on_roll.get(firm.pk, 0)
        declared = counted + rng.randint(2, 8 + counted // 6) if counted else rng.randint(8, 70)
        for quarter in range(9):
            on = today - dt.timedelta(days=90 * quarter + 20)
            employees = max(1, int(declared * (1 - 0.012 * quarter)) + rng.randint(-2, 2))
            rows.append(Headcount(employer=firm, on=on, employees=employees, women=int(employees * 0.42)))
    Headcount.objects.bulk_create(rows)


def declare_members(counted: dict[int, int], rng) -> None:
    """Declared member figures beside the counted ones: mostly equal, some stale, a few missing.

    Federations declare their unions' members, which is why nobody may add the two levels up.
    """
    unions = list(Union.objects.order_by("pk"))
    for union in unions:
        below = (other for other in unions if other.path.startswith(union.path))
        count = sum(counted.get(other.pk, 0) for other in below)
        drift = rng.choice((0, 0, 0, 0, 2, -3, 5))
        union.declared_members = None if rng.random() < 0.05 else max(0, count + drift)
    Union.objects.bulk_update(unions, ["declared_members"])
