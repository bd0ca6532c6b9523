"""Building the demo town in one transaction."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from core.errors import RuleError
from demo.organisation import Town, build_town, declare_headcounts, declare_members
from demo.permits import fill_permits
from demo.profiles import fill_profiles
from demo.roll import Roll, fill_roll
from demo.skills import certify
from demo.training import fill_classes
from unions.models import OrgType, Post, Union
from unions.roles import Role
from workers.models import Standing
from workers.positions import refresh_positions


@dataclass(frozen=True)
class DemoAccount:
    """One account per role. The word to sign in with is printed at start: these accounts hold no secrets."""

    username: str
    name: str
    role: str
    signs_in_with: str = "gonghui-demo-2026"


ACCOUNTS = (
    DemoAccount("clerk", "演示·镇总工会干部", Role.TOWN_STAFF),
    DemoAccount("handler", "演示·维权专办员", Role.CASE_HANDLER),
    DemoAccount("officer", "演示·企业工会干部甲", Role.OFFICER),
    DemoAccount("officer2", "演示·企业工会干部乙", Role.OFFICER),
    DemoAccount("federation", "演示·村工会联合会干部", Role.FEDERATION_OFFICER),
    DemoAccount("group", "演示·协调小组成员", Role.GROUP_MEMBER),
    DemoAccount("sysadmin", "演示·系统管理员", Role.SYSTEM_ADMIN),
    DemoAccount("secadmin", "演示·安全管理员", Role.SECURITY_ADMIN),
    DemoAccount("auditor", "演示·审计管理员", Role.AUDIT_ADMIN),
)


@transaction.atomic
def seed_demo(*, workers: int, seed: int, today: dt.date) -> dict[str, int]:
    """Make the demo town: the same arguments give the same town. Returns the counts.

    Raises RuleError when the database already holds a union: real data is never mixed with invented data.
    """
    if Union.objects.exists():
        raise RuleError("数据库中已有工会数据，不能再载入演示数据；请换用空的数据库")
    rng = random.Random(seed)
    town = build_town(rng, today)
    roll = fill_roll(town, workers=workers, rng=rng, today=today)
    refresh_positions(None)
    declare_headcounts(town, _employees_on_roll(roll), rng, today)
    declare_members(_members_counted(roll), rng)
    fill_profiles(roll.workers, today)
    create_accounts(town, today=today)
    clerk = User.objects.get(username="clerk")
    certificates = certify(roll.workers, by=clerk, seed=seed, today=today)
    permits = fill_permits(roll, by=clerk, today=today)
    classes = fill_classes(town, by=clerk, rng=random.Random(seed), today=today)
    return {
        "unions": Union.objects.count(),
        "employers": len(town.firms),
        "workers": len(roll.workers),
        "memberships": len(roll.memberships),
        "employments": len(roll.employments),
        "certificates": certificates,
        "permits": permits,
        "classes": classes,
        "accounts": len(ACCOUNTS),
    }


def _employees_on_roll(roll: Roll) -> dict[int, int]:
    return Counter(worker.employer_id for worker in roll.workers if worker.employer_id)


def _members_counted(roll: Roll) -> dict[int, int]:
    return Counter(worker.union_id for worker in roll.workers if worker.standing == Standing.MEMBER)


def create_accounts(town: Town, *, today: dt.date) -> None:
    """One account per role; officers get the two largest unions of different federations."""
    places = _places(town)
    for account in ACCOUNTS:
        user = User(username=account.username, name=account.name)
        user.set_password(account.signs_in_with)
        user.save()
        Post.objects.create(
            user=user,
            union=places[account.username],
            role=account.role,
            start=today - dt.timedelta(days=400),
        )


def _places(town: Town) -> dict[str, Union]:
    own = [
        union
        for firm in town.covered_firms
        if (union := town.covering[firm.pk]).org_type == OrgType.GRASSROOTS
    ]
    first = own[0]
    second = next(union for union in own if union.parent_id != first.parent_id)
    places = dict.fromkeys((account.username for account in ACCOUNTS), town.root)
    places |= {"officer": first, "officer2": second, "federation": first.parent}
    return places
