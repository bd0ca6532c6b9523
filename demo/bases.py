"""Key posts and training bases of the demo town: posts filled and vacant, met and unmet; a base without evaluation."""

import datetime as dt
from collections import defaultdict

from accounts.models import User
from demo.organisation import Town
from demo.roll import BATCH, Roll
from training.models import BaseEvaluation, KeyPost, KeyPostHolder, TrainingBase, TrainingClass
from workers.models import Standing

# trade → title, workshop, level, permit, key, most seats
POSTS = {
    "电工": ("配电房值班员", "动力车间", "", "01", True, 4),
    "焊工": ("焊接工", "金工车间", "", "02", False, 6),
    "钳工": ("模具钳工", "模具车间", "L4", "", True, 3),
    "检验员": ("出厂检验员", "质检部", "L3", "", True, 2),
}
FIRMS, EMPTY_EVERY = 24, 5
# name, level, host, trades, capacity, years since, evaluated for the last full year
BASES = (
    ("演示镇低压电器职业技能实训基地", "X", "演示技工学校", "电工、装配钳工、电器装配", 120, 3, "passed"),
    ("演示镇焊接与热切割实训基地", "T", "演示职业培训中心", "焊工", 40, 2, "mend"),
    ("模具制造企业实训基地", "T", "", "模具工、数控车工、钳工", 30, 2, ""),
)
TRADES_AT_BASES = ("电工", "钳工")


def fill_bases(town: Town, roll: Roll, *, by: User, today: dt.date) -> dict[str, int]:
    """Posts of the first firms by the trades of their people, bases of the town, and the classes held there; by place
    and not by chance. Returns the counts."""
    posts = _key_posts(town, roll, by, today)
    bases = _bases(town, by, today)
    classes = TrainingClass.objects.filter(union=town.root, trade__in=TRADES_AT_BASES)
    classes.filter(starts_on__gte=bases[0].recognised_on).update(base=bases[0])
    return {"key_posts": len(posts), "bases": len(bases)}


def _key_posts(town: Town, roll: Roll, by: User, today: dt.date) -> list[KeyPost]:
    firms = {firm.pk: firm for firm in town.covered_firms[:FIRMS]}
    people = defaultdict(list)
    for job in roll.employments:
        if job.end is None and job.employer_id in firms and job.worker.standing == Standing.MEMBER:
            people[job.employer_id, job.occupation].append(job)
    for jobs in people.values():  # who declared a high level comes first, as a firm would choose
        jobs.sort(key=lambda job: job.worker.skill_level, reverse=True)
    posts, holders = [], []
    for place, (firm, trade) in enumerate((firm, trade) for firm in firms for trade in POSTS):
        title, workshop, level, permit, is_key, most = POSTS[trade]
        jobs = people[firm, trade][:most]
        if not jobs:
            continue
        post = KeyPost(
            union=town.covering[firm], employer=firms[firm], title=title, workshop=workshop, trade=trade,
            required_level=level, permit_category=permit, is_key=is_key, entered_by=by,
            seats=len(jobs) + (place % EMPTY_EVERY == 0), start=today - dt.timedelta(days=700),
        )  # fmt: skip
        posts.append(post)
        if place % (2 * EMPTY_EVERY) == 3:
            continue  # nobody holds it
        holders += [
            KeyPostHolder(key_post=post, worker=job.worker, start=max(post.start, job.start), entered_by=by)
            for job in jobs
        ]
    KeyPost.objects.bulk_create(posts, BATCH)
    for holder in holders:
        holder.key_post_id = holder.key_post.pk
    KeyPostHolder.objects.bulk_create(holders, BATCH)
    return posts


def _bases(town: Town, by: User, today: dt.date) -> list[TrainingBase]:
    firm = town.covered_firms[0]
    bases = [
        TrainingBase(
            union=town.root if host else town.covering[firm.pk], name=name, level=level, host=host,
            employer=None if host else firm, trades=trades, capacity=capacity, recognised_by="演示市人力资源和社会保障局",
            recognised_on=dt.date(today.year - years, 5, 20), entered_by=by,
        )
        for name, level, host, trades, capacity, years, _ in BASES
    ]  # fmt: skip
    TrainingBase.objects.bulk_create(bases)
    BaseEvaluation.objects.bulk_create(
        BaseEvaluation(base=base, year=today.year - 1, conclusion=found, entered_by=by)
        for base, (*_, found) in zip(bases, BASES, strict=True)
        if found
    )
    return bases
