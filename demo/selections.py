"""The selections of the demo town: this year's open one, one in public notice, and last year's that was granted."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from competitions.models import Honour, Nomination, Selection, SelectionShare
from competitions.rules.shares import facts_of_person
from demo.organisation import Town
from unions.models import Union
from workers.models import Standing, Worker

FIRMS, EACH = 4, 3
TITLE, ISSUER, HONOUR = "市五一劳动奖章", "演示市总工会", "MAY1_C"
SHARES = (("industrial", 35), ("frontline", 20), ("migrant", 10), ("woman", 25))
POSITIONS = ("industrial", "industrial", "frontline", "other")
State, Phase = Nomination.State, Selection.Phase


def fill_selections(town: Town, *, by: User, today: dt.date) -> int:
    """Put people of some unions forward; returns how many. The caller holds the transaction. The database keeps the
    order, so rows begin as drafts and walk."""
    unions = list(dict.fromkeys(town.covering.values()))[:FIRMS]
    groups = [_people(union) for union in unions]
    last = _hold(town.root, f"{today.year - 1}年{TITLE}推荐", today - dt.timedelta(days=300), by)
    notice = _hold(town.root, f"{today.year}年{TITLE}增补推荐", today - dt.timedelta(days=10), by)
    current = _hold(town.root, f"{today.year}年{TITLE}推荐", today + dt.timedelta(days=20), by)
    made = 0
    for place, selection in enumerate((last, notice, current)):
        people = [one for group in groups for one in group[place * EACH : (place + 1) * EACH]]
        made += _nominate(selection, people, by)
    _walk(current, today, by, listed=slice(2, None, 3), waiting=slice(1, None, 3))
    for selection in (last, notice):
        _walk(selection, selection.deadline, by, listed=slice(None), waiting=slice(0))
    _publish(notice, start=today - dt.timedelta(days=2))
    _publish(last, start=last.deadline + dt.timedelta(days=5))
    _grant(last, by)
    return made


def _people(union: Union) -> list[Worker]:
    people = Worker.objects.filter(union=union, standing=Standing.MEMBER).exclude(employer=None)
    return list(people.select_related("employer").order_by("pk")[: EACH * 3])


def _hold(union: Union, title: str, deadline: dt.date, by: User) -> Selection:
    selection = Selection.objects.create(
        union=union, title=title, year=int(title[:4]), honour_type=HONOUR, issuer=ISSUER, places=30, places_each=5,
        deadline=deadline, notice_days=5, notice_unit="working", phase=Phase.OPEN, created_by=by,
    )  # fmt: skip
    SelectionShare.objects.bulk_create(
        SelectionShare(selection=selection, category=category, percent=percent, source="演示通知")
        for category, percent in SHARES
    )
    return selection


def _nominate(selection: Selection, people: list[Worker], by: User) -> int:
    rows = Nomination.objects.bulk_create(
        Nomination(
            selection=selection, union_id=person.union_id, subject="person", worker=person, employer=person.employer,
            position=POSITIONS[place % len(POSITIONS)], job="装配班组", reason="连续三年完成技术攻关任务",
            merits="带领班组改进装配工序，减少返工，带教新员工。",
            facts_on=min(selection.deadline, timezone.localdate()), entered_by=by, **facts_of_person(person),
        )
        for place, person in enumerate(people)
    )  # fmt: skip
    return len(rows)


def _walk(selection: Selection, day: dt.date, by: User, *, listed: slice, waiting: slice) -> None:
    """Submit those at ``listed`` and ``waiting`` on the day, and put the first of the two on the list."""
    keys = list(selection.nominations.order_by("pk").values_list("pk", flat=True))
    rows = Nomination.objects.filter(pk__in=keys[listed] + keys[waiting])
    rows.update(state=State.SUBMITTED, submitted_on=min(day, timezone.localdate()))
    decided = {"decided_by": by, "decided_at": timezone.now()}
    Nomination.objects.filter(pk__in=keys[listed]).update(state=State.SHORTLISTED, **decided)


def _publish(selection: Selection, *, start: dt.date) -> None:
    until = start + dt.timedelta(days=8)
    rows = Selection.objects.filter(pk=selection.pk)
    rows.update(phase=Phase.NOTICE, notice_from=start, notice_until=until, share_note="演示名单，人数有限")


def _grant(selection: Selection, by: User) -> None:
    """The list was decided and sent; the first was granted the honour, the last was not."""
    rows, day = Selection.objects.filter(pk=selection.pk), selection.deadline + dt.timedelta(days=20)
    rows.update(phase=Phase.DECIDED, decided_on=day)
    selection.nominations.filter(state=State.SHORTLISTED).update(state=State.RECOMMENDED)
    rows.update(phase=Phase.SENT, sent_on=day, sent_number=f"演示总工〔{selection.year}〕1号")
    recommended = list(selection.nominations.filter(state=State.RECOMMENDED).order_by("pk"))
    for row in recommended[:1]:
        honour = Honour.objects.create(
            worker_id=row.worker_id, union_id=row.union_id, type=HONOUR, level="C", title=TITLE, issuer=ISSUER,
            year=selection.year, document_number=f"演示总工〔{selection.year}〕8号", awarded_on=day + dt.timedelta(days=30),
            entered_by=by,
        )  # fmt: skip
        Nomination.objects.filter(pk=row.pk).update(state=State.AWARDED, honour=honour)
    for row in recommended[1:][-1:]:
        Nomination.objects.filter(pk=row.pk).update(state=State.DECLINED, note="上级名额压缩")
