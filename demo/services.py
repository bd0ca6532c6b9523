"""Building the demo town in one transaction."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from core.errors import RuleError
from demo.activities import fill_activities
from demo.awards import fill_awards, set_prizes
from demo.bases import fill_bases
from demo.candidates import nominate_some
from demo.contests import fill_contests
from demo.courses import fill_online
from demo.honours import fill_honours
from demo.innovations import fill_innovations
from demo.inspections import fill_inspections
from demo.judging import fill_judging
from demo.organisation import Town, build_town, declare_headcounts, declare_members
from demo.permits import fill_permits
from demo.plans import fill_plans
from demo.profiles import fill_profiles
from demo.providers import fill_providers
from demo.results import fill_results
from demo.roll import Roll, fill_roll
from demo.safety import fill_safety
from demo.selections import fill_selections
from demo.skills import certify, certify_trained
from demo.subsidies import fill_subsidies
from demo.talent import appoint, pair_up
from demo.titles import fill_titles
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
    return {
        "unions": Union.objects.count(),
        "employers": len(town.firms),
        "workers": len(roll.workers),
        "memberships": len(roll.memberships),
        "employments": len(roll.employments),
        **_fill_subjects(town, roll, by=clerk, seed=seed, today=today),
        "accounts": len(ACCOUNTS),
    }


def _fill_subjects(town: Town, roll: Roll, *, by: User, seed: int, today: dt.date) -> dict[str, int]:
    """What the unions do with their people: training and skills, contests. In this order, one after the other."""
    return {
        "certificates": certify(roll.workers, by=by, seed=seed, today=today),
        "subsidies": fill_subsidies(by=by, today=today),
        "titles": fill_titles(by=by, today=today),
        "permits": fill_permits(roll, by=by, today=today),
        "apprenticeships": pair_up(roll, by=by, today=today),
        "candidates": nominate_some(roll, by=by, today=today),
        "leaders": appoint(roll, by=by, today=today),
        "classes": fill_classes(town, by=by, rng=random.Random(seed), today=today)
        + fill_safety(town, by=by, today=today),
        **fill_online(town, roll.workers, by=by, today=today),
        "contests": fill_contests(town, by=by, today=today),
        "nominations": fill_selections(town, by=by, today=today),
        "prizes": set_prizes(),
        "innovations": fill_innovations(town, by=by, today=today),
        **fill_honours(town, by=by, today=today),
        "results": fill_results(by=by, today=today, seed=seed),
        "awards": fill_awards(by=by, today=today),
        "marks": fill_judging(town, by=by, today=today),
        "activities": fill_activities(town, by=by, today=today),
        "inspections": fill_inspections(town, by=by, today=today),
        **fill_bases(town, roll, by=by, today=today),
        "providers": fill_providers(town, by=by, today=today),
        "demand": fill_plans(town, by=by, today=today),
        "gained": certify_trained(by=by, today=today),
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
