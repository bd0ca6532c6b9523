"""Shares among those put forward: what the roll says of each, and how many more a required share needs.

A share asks for at least ``percent`` of all who are put forward, rounded up to whole ones: of 12, 10 percent are 2,
because 1 would be 8.33. The three positions of people are disjoint, the others cut across them (domain facts 9), so
shares do not add up to 100. Whoever the roll is silent about counts in the whole and not in the share, and is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from competitions.models.nominations import Nomination
from competitions.models.selections import Category
from unions.models import Employer
from workers.models import Worker

PARTY_MEMBERS = ("01", "02")  # GB/T 4762, probationary members included
FEMALE, MALE = "2", "1"
RURAL = ("2", "4", "5")  # 农业家庭户口, 农业集体户口, 自理口粮户口
URBAN = ("1", "3")  # 非农业家庭户口, 非农业集体户口; since 2014 one kind (9) says neither
PRIVATE_ECONOMY, PUBLIC_ECONOMY = ("3", "4", "7", "8"), ("1", "2")
PRIVATE_NATURE = ("170", "200", "300", "600")
PUBLIC_NATURE = ("110", "120", "151", "161", "410", "490", "500")
WORKERS = (Nomination.Position.INDUSTRIAL, Nomination.Position.FRONTLINE)
POSITIONS = {
    Category.INDUSTRIAL: (Nomination.Position.INDUSTRIAL,),
    Category.FRONTLINE: (Nomination.Position.FRONTLINE,),
    Category.SCIENCE: (Nomination.Position.SCIENCE,),
    Category.WORKER: WORKERS,
}
FLAGS = {
    Category.MIGRANT: "is_migrant",
    Category.WOMAN: "is_woman",
    Category.PARTY: "is_party",
    Category.NONPUBLIC: "is_nonpublic",
}
# The rule of each category in words, for the pages.
RULES = {
    Category.INDUSTRIAL: "由推荐的工会干部按岗位认定为产业工人的。",
    Category.FRONTLINE: "由推荐的工会干部认定为产业工人以外的一线职工或专业技术人员的。",
    Category.SCIENCE: "由推荐的工会干部认定为科研、教育人员的。",
    Category.WORKER: "产业工人和其他一线职工、专业技术人员合计。",
    Category.MIGRANT: "名册“是否农民工”为“是”；没有登记的，户籍为农业户口且在单位就业的为“是”，非农业户口的为“否”，其余为未登记。",
    Category.WOMAN: "名册性别为女。",
    Category.PARTY: "名册政治面貌为中共党员或预备党员；没有登记的为未登记。",
    Category.TEAM: "推荐对象是班组的，单位不计。",
    Category.NONPUBLIC: "单位的经济类型为私营、个体、外商、港澳台投资；没有写明公有或非公有的，按单位性质；仍不能判断的为未登记。",
}


def facts_of_person(worker: Worker) -> dict[str, bool | None]:
    """What the roll says of a person today, by field of Nomination; None where it says nothing."""
    return {
        "is_migrant": _is_migrant(worker),
        "is_woman": {FEMALE: True, MALE: False}.get(worker.sex),
        "is_party": worker.political in PARTY_MEMBERS if worker.political else None,
    }


def facts_of_group(employer: Employer | None) -> dict[str, bool | None]:
    """What the register of firms says of a firm, by field of Nomination; the economy goes before the nature. Nothing
    is known of a team without a firm."""
    if employer is None:
        return {"is_nonpublic": None}
    if employer.economy in PRIVATE_ECONOMY + PUBLIC_ECONOMY:
        return {"is_nonpublic": employer.economy in PRIVATE_ECONOMY}
    if employer.nature in PRIVATE_NATURE + PUBLIC_NATURE:
        return {"is_nonpublic": employer.nature in PRIVATE_NATURE}
    return {"is_nonpublic": None}


def needed(percent: Decimal, whole: int) -> int:
    """The least number that is at least ``percent`` of ``whole``, exactly: no floating point."""
    hundredths = int(percent * 100)
    return -(-hundredths * whole // 10_000)


@dataclass(frozen=True)
class Share:
    """One category among those put forward: ``have`` of ``whole``, ``unknown`` about whom the roll is silent, and
    what is asked for (``percent`` None: nothing)."""

    category: str
    have: int
    whole: int
    unknown: int
    percent: Decimal | None
    unit: str
    source: str = ""

    @property
    def title(self) -> str:
        """The category in words."""
        return Category(self.category).label

    @property
    def rule(self) -> str:
        """How the category is told, in words."""
        return RULES[self.category]

    @property
    def need(self) -> int | None:
        """How many the share asks for; None where none is asked for."""
        return None if self.percent is None else needed(self.percent, self.whole)

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return 0 if self.need is None else max(self.need - self.have, 0)

    @property
    def actual(self) -> str:
        """The share that is there, in percent with one decimal; "—" of nobody."""
        if not self.whole:
            return "—"
        tenths = (Decimal(self.have * 100) / self.whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{tenths}%"

    @property
    def text(self) -> str:
        """“农民工 1/12，需 2 人，还差 1 人”."""
        parts = [f"{self.title} {self.have}/{self.whole}"]
        if self.need is not None:
            parts.append(f"需 {self.need} {self.unit}")
            parts.append(f"还差 {self.missing} {self.unit}" if self.missing else "已达到")
        if self.unknown:
            parts.append(f"另有 {self.unknown} {self.unit}名册没有登记")
        return "，".join(parts)


def shares_of(nominations: Iterable[Nomination], categories, required) -> list[Share]:
    """Each category over these nominations; ``required`` are rows with category, percent and source."""
    rows = list(nominations)
    asked = {row.category: row for row in required}
    return [_share(category, rows, asked.get(category)) for category in categories]


def _share(category: str, rows: list[Nomination], asked) -> Share:
    answers = [_answer(category, row) for row in rows]
    return Share(
        category=category,
        have=answers.count(True),
        whole=len(rows),
        unknown=answers.count(None),
        percent=asked.percent if asked else None,
        source=asked.source if asked else "",
        unit="个" if category in (Category.TEAM, Category.NONPUBLIC) else "人",
    )


def _answer(category: str, row: Nomination) -> bool | None:
    if category in POSITIONS:
        return row.position in POSITIONS[category]
    if category == Category.TEAM:
        return row.subject == Nomination.Subject.TEAM
    return getattr(row, FLAGS[category])


def _is_migrant(worker: Worker) -> bool | None:
    if worker.is_migrant is not None:
        return worker.is_migrant
    if worker.household_type in URBAN:
        return False
    return True if worker.household_type in RURAL and worker.employer_id else None
