"""Invented names, numbers and towns: no real persons."""

import datetime as dt
import itertools
import random

from accounts.models import User
from core.idnumbers import check_character
from core.models import Code
from unions.models import Coverage, Employer, OrgType, Placement, Post, Union
from unions.naming import employer_key
from unions.roles import Role

SURNAMES = "陈林王张李黄吴周徐朱郑叶胡蔡金方潘赵何卢孙倪谢施郭包戴曾单仇区查解瞿冯邵"
GIVEN = (
    "安博辰川达恩帆国海恒华嘉建静军凯兰磊丽琳龙曼敏明娜宁平琪强晴荣瑞莎山书涛婷伟文霞欣雪雅燕阳怡颖宇玉泽芝"
)
AREA = "330399"  # assigned to no district
UNIONS = 100
FIRMS = 2000
DAY = dt.date(2020, 1, 1)

# Column: (code table, most frequent code, its share). The other codes share the rest, each more seldom than the
# one before, down to one person in some thousand: rare values are what makes a filter slow.
CODED = {
    "ethnicity": ("ethnicity", "01", 0.92),
    "education": ("education", "60", 0.3),
    "skill_level": ("skill_level", "L0", 0.55),
    "political": ("political_affiliation", "13", 0.7),
    "employment_status": ("employment_status", "1", 0.8),
    "household_type": ("household_type", "2", 0.5),
    "form": ("employment_form", "11", 0.6),
}
FLAGS = {"is_migrant": (0.6, 0.3), "is_key_post": (0.02, 0.5), "is_industrial": (0.7, 0.2)}  # shares: yes, no
RAREST = 0.0003
BLANKS = 50  # one profile in so many lacks one of the coded facts


def invented_names(count: int) -> list[str]:
    """Different names of two or three characters, in a fixed order."""
    pairs = itertools.product(SURNAMES, GIVEN, ("", *GIVEN))
    return ["".join(parts) for parts in itertools.islice(pairs, count)]


def invented_number(place: int) -> str:
    """A number with a valid check digit; places below twelve million give different numbers."""
    birth = dt.date(1970, 1, 1) + dt.timedelta(days=place // 999)
    body = f"{AREA}{birth:%Y%m%d}{place % 999 + 1:03d}"
    return body + check_character(body)


def invented_profiles(count: int) -> dict[str, list]:
    """Columns of coded facts for ``count`` people, the same each time; every code of a table occurs."""
    dice = random.Random(7)
    columns: dict[str, list] = {}
    for column, (table, main, share) in CODED.items():
        codes = [
            main,
            *Code.objects.filter(table=table)
            .exclude(code=main)
            .order_by("code")
            .values_list("code", flat=True),
        ]
        columns[column] = dice.choices(codes, _weights(len(codes), share), k=count)
        columns[column] = ["" if dice.randrange(BLANKS) == 0 else code for code in columns[column]]
    for column, (yes, no) in FLAGS.items():
        columns[column] = dice.choices([True, False, None], [yes, no, 1 - yes - no], k=count)
    return columns


def _weights(codes: int, share: float) -> list[float]:
    """Shares falling by a constant ratio to RAREST after the first."""
    rest = codes - 1
    start = (1 - share) / 3
    ratio = (RAREST / start) ** (1 / max(rest - 1, 1))
    return [share, *(start * ratio**place for place in range(rest))]


def invented_town(*, unions: int = UNIONS, firms: int = FIRMS) -> tuple[User, list[Union], list[Employer]]:
    """A town union with its clerk, grassroots unions below it, and covered firms shared out among them."""
    root = _union(1, "基准镇总工会", OrgType.TOWN, None)
    members = [
        _union(place, f"基准{place}厂工会", OrgType.GRASSROOTS, root) for place in range(2, unions + 2)
    ]
    names = [f"基准{place}电器有限公司" for place in range(1, firms + 1)]
    made = Employer.objects.bulk_create(
        Employer(name=name, name_key=employer_key(name), union=members[place % unions])
        for place, name in enumerate(names)
    )
    Coverage.objects.bulk_create(Coverage(employer=firm, union=firm.union, start=DAY) for firm in made)
    return invented_user("benchmark", Role.TOWN_STAFF, root), members, made


def invented_user(username: str, role: str, union: Union) -> User:
    """A user with one post, who can sign in nowhere: there is no password."""
    user = User.objects.create(username=username, name="基准账号")
    Post.objects.create(user=user, union=union, role=role, start=DAY)
    return user


def _union(place: int, name: str, org_type: str, parent: Union | None) -> Union:
    path = f"{parent.path}{place}/" if parent else f"{place}/"
    union = Union.objects.create(
        pk=place, code=f"B{place:05d}", name=name, org_type=org_type, parent=parent, path=path, founded_on=DAY
    )
    if parent:
        Placement.objects.create(union=union, parent=parent, start=DAY)
    return union
