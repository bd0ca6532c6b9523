"""The people of the demo town: two years of joining, moving, keeping and leaving, with typical data faults."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from core import crypto
from demo import invention
from demo.organisation import Town
from workers.models import Change, Employment, IdentityDocument, Membership, Standing, Worker
from workers.naming import search_keys

BATCH = 2000
EDUCATION = (("81", 4), ("71", 34), ("61", 18), ("41", 12), ("47", 8), ("31", 14), ("21", 9), ("14", 1))
SKILLS = (("L0", 62), ("L1", 4), ("L2", 12), ("L3", 10), ("L4", 8), ("L5", 3), ("L6", 1))
POLITICAL = (("13", 80), ("03", 9), ("01", 9), ("02", 1), ("12", 1))
AT_DESKS = ("仓管员", "文员")
WITH_PERMITS = ("电工", "焊工", "叉车工", "冲压工")
TRADES = ("装配工", "钳工", "电工", "焊工", "注塑工", "检验员", "叉车工", "仓管员", "文员", "冲压工")


@dataclass
class Roll:
    """Unsaved rows, in order: documents, employments and memberships refer to workers by place."""

    workers: list[Worker] = field(default_factory=list)
    documents: list[IdentityDocument] = field(default_factory=list)
    employments: list[Employment] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)


def fill_roll(town: Town, *, workers: int, rng: random.Random, today: dt.date) -> Roll:
    """Create the people; returns the saved rows. The caller holds the transaction."""
    roll = Roll()
    firms = town.covered_firms
    weights = [
        weight for firm, weight in zip(town.firms, town.weights, strict=True) if firm.pk in town.covering
    ]
    birthdays: Counter = Counter()
    for place in range(workers):
        if place % 150 == 149:
            _add_member_of_dissolved_union(roll, town, birthdays, place, rng, today)
        else:
            _add_person(roll, town, rng.choices(firms, weights)[0], birthdays, place, rng, today)
    Worker.objects.bulk_create(roll.workers, BATCH)
    for rows, model in (
        (roll.documents, IdentityDocument),
        (roll.employments, Employment),
        (roll.memberships, Membership),
    ):
        for row in rows:
            row.worker_id = row.worker.pk
        model.objects.bulk_create(rows, BATCH)
    return roll


def _pick(rng, table):
    return rng.choices([code for code, _ in table], [weight for _, weight in table])[0]


def _unless(rng, share, value, missing=""):
    """The value, or the gap that clerks leave in a share of the rows."""
    return missing if rng.random() < share else value


def _new_worker(roll: Roll, birthdays: Counter, place: int, union, rng, today) -> Worker:
    male = rng.random() < 0.58
    birth = today - dt.timedelta(days=int(rng.triangular(18.2, 61, 34) * 365.25))
    number = _new_number(birthdays, birth, male)
    birth = dt.date.fromisoformat(number[6:14])
    name = invention.person_name(rng)
    phone = _unless(rng, 0.03, invention.mobile_number(place), None)
    rural = rng.random() < 0.72
    worker = Worker(
        name=name,
        **search_keys(name),
        sex="1" if male else "2",
        birth_date=birth,
        ethnicity=_unless(rng, 0.02, "01" if rng.random() < 0.94 else rng.choice(invention.MINORITIES)),
        phone=phone,
        phone_index=phone and crypto.blind_index(phone, purpose="phone"),
        phone_tail=phone[-4:] if phone else "",
        education=_unless(rng, 0.03, _pick(rng, EDUCATION)),
        skill_level=_unless(rng, 0.02, _pick(rng, SKILLS)),
        political=_pick(rng, POLITICAL),
        employment_status="1",
        household_type=_unless(rng, 0.02, "2" if rural else "1"),
        household_place=rng.choice(
            ("浙江省乐清市", "贵州省毕节市", "江西省上饶市", "安徽省阜阳市", "浙江省永嘉县")
        ),
        is_migrant=None if rng.random() < 0.1 else rural,
        union=union,
    )
    roll.workers.append(worker)
    roll.documents.append(
        IdentityDocument(
            worker=worker,
            doc_type="111",
            number=number,
            number_index=crypto.blind_index(f"111:{number}", purpose="identity"),
            number_tail=number[-4:],
        )
    )
    return worker


def _new_number(birthdays: Counter, birth: dt.date, male: bool) -> str:
    """The next free number of the day, or of a day before it; never one that looks rounded by a spreadsheet."""
    while True:
        while birthdays[birth, male] >= 499:
            birth -= dt.timedelta(days=1)
        number = invention.citizen_number(birth, birthdays[birth, male], male)
        birthdays[birth, male] += 1
        if not number.endswith("000"):
            return number


def _add_person(roll: Roll, town: Town, firm, birthdays, place, rng, today) -> None:
    union = town.covering[firm.pk]
    worker = _new_worker(roll, birthdays, place, union, rng, today)
    hired = today - dt.timedelta(days=int(rng.triangular(25, 8 * 365, 500)))
    # A new committee takes in the staff it finds over its first months.
    welcome = town.covered_from[firm.pk] + dt.timedelta(days=int(rng.triangular(0, 300, 40)))
    joined = max(hired + dt.timedelta(days=rng.randint(20, 160)), welcome)
    worker.employer = firm
    employment = _employment(worker, firm, hired, rng)
    _declare_post(worker, employment, place)
    roll.employments.append(employment)
    if rng.random() < 0.09 or joined >= today:
        return
    change = Change.JOIN if rng.random() < 0.9 else Change.TRANSFER_IN
    spell = Membership(worker=worker, union=union, start=joined, start_change=change)
    roll.memberships.append(spell)
    worker.standing, worker.member_since = Standing.MEMBER, joined
    moved_on = today - dt.timedelta(days=rng.randint(1, 730))
    if moved_on <= joined + dt.timedelta(days=10):
        return
    chance = rng.random()
    if chance < 0.07:
        _leave(worker, spell, employment, moved_on, rng)
    elif chance < 0.10:
        _keep(roll, worker, spell, employment, moved_on, rng)
    elif chance < 0.14:
        _transfer(roll, town, worker, spell, employment, moved_on, rng)
    elif chance < 0.145:
        worker.employment_status = "4"  # retired, yet still carried as an active member: a fault to find


def _employment(worker, firm, start, rng) -> Employment:
    return Employment(
        worker=worker,
        employer=firm,
        start=start,
        form=rng.choice(("11", "11", "11", "12", "30")),
        occupation=rng.choice(TRADES),
        team=f"{rng.randint(1, 6)}班",
        staff_number=f"D{rng.randint(1, 99999):05d}",
    )


def _declare_post(worker, employment, place: int) -> None:
    """Key post and industrial worker as a firm would report them; some firms have not reported yet."""
    trade = employment.occupation
    worker.is_industrial = None if place % 9 == 4 else trade not in AT_DESKS
    worker.is_key_post = None if place % 7 == 3 else trade in WITH_PERMITS and place % 3 == 0


def _leave(worker, spell, employment, day, rng) -> None:
    change, reason = rng.choices(
        ((Change.TRANSFER_OUT, "1"), (Change.WITHDRAW, "5"), (Change.EXPEL, "6"), (Change.DEATH, "")),
        (70, 26, 1, 3),
    )[0]
    spell.end, spell.end_change, spell.end_reason = day, change, reason
    employment.end = day
    worker.standing, worker.member_since, worker.employer = Standing.LEFT, None, None


def _keep(roll, worker, spell, employment, day, rng) -> None:
    """Unemployed or retired: the active spell closes, a retained one opens at the same union."""
    retired = rng.random() < 0.6
    spell.end, spell.end_change, spell.end_reason = day, Change.RETAIN, "1" if retired else "3"
    employment.end = day
    roll.memberships.append(
        Membership(
            worker=worker,
            union=spell.union,
            start=day,
            is_retained=True,
            status="31" if retired else "30",
            start_change=Change.RETAIN,
            start_reason="1" if retired else "3",
        )
    )
    worker.standing, worker.member_since, worker.employer = Standing.RETAINED, day, None
    worker.employment_status = "4" if retired else "3"


def _transfer(roll, town, worker, spell, employment, day, rng) -> None:
    """To another firm of the town: released here, accepted there, the same day."""
    firm = rng.choice([other for other in town.covered_firms if town.covered_from[other.pk] < day])
    if firm.pk == employment.employer_id:
        return
    union = town.covering[firm.pk]
    employment.end = day
    roll.employments.append(_employment(worker, firm, day, rng))
    worker.employer = firm
    if union == spell.union:
        return  # a joint union covers both firms: the membership goes on
    spell.end, spell.end_change, spell.end_reason = day, Change.TRANSFER_OUT, "1"
    roll.memberships.append(
        Membership(worker=worker, union=union, start=day, start_change=Change.TRANSFER_IN, start_reason="1")
    )
    worker.union, worker.member_since = union, day


def _add_member_of_dissolved_union(roll, town, birthdays, place, rng, today) -> None:
    """Their firm closed; the town's holding union keeps the membership (工会法 13)."""
    worker = _new_worker(roll, birthdays, place, town.holding, rng, today)
    closed = town.dissolved.dissolved_on
    joined = closed - dt.timedelta(days=rng.randint(200, 2500))
    roll.memberships += [
        Membership(
            worker=worker,
            union=town.dissolved,
            start=joined,
            start_change=Change.JOIN,
            end=closed,
            end_change=Change.RETAIN,
            end_reason="4",
        ),
        Membership(
            worker=worker,
            union=town.holding,
            start=closed,
            is_retained=True,
            status="33",
            start_change=Change.RETAIN,
            start_reason="4",
        ),
    ]
    worker.standing, worker.member_since, worker.employment_status = Standing.RETAINED, closed, "3"
