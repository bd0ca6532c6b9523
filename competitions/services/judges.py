"""Who judges a contest: judges, their seats at stages, declared conflicts, and personal links.

Changes lock the contest first, like every change to its parts, so that two never decide about one panel at once.
"""

import secrets
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.queries import hash_token
from competitions.models import Conflict, Contest, Entry, Event, Judge, Mark, Seat, Stage
from competitions.rules.judging import JUDGE_CLEANERS
from competitions.services.contests import locked_contest, refuse_when_over
from competitions.services.freezing import before_the_freeze, refuse_when_frozen
from core.errors import RuleError
from core.forms import check_version
from unions.models import Post
from unions.rules import cleaned
from workers.rules import stated_reason

JUDGE_FIELDS = ["name", "workplace", "trades", "union", "user", "is_chief"]


@transaction.atomic
def add_judge(*, contest: Contest, by: User, **facts) -> Judge:
    """Register a judge of a contest that is not over. Raises RuleError by field."""
    contest = _locked(contest, by)
    judge = Judge(contest=contest, created_by=by, **cleaned(facts, JUDGE_CLEANERS))
    _refuse_without_union(judge)
    judge.full_clean()
    judge.save()
    changes = audit.differences(None, judge, JUDGE_FIELDS)
    _record(by, "competitions.judge_add", contest, judge=judge.pk, changes=_without_names(changes))
    return judge


@transaction.atomic
def edit_judge(*, judge: Judge, version: str, by: User, **facts) -> Judge:
    """Change facts of a judge who has given no marks. Raises RuleError (stale, marked, by field)."""
    contest, before = _locked_judge(judge, by)
    check_version(before, version)
    _refuse_after_marks(before, "修改")
    after = contest.judges.get(pk=before.pk)
    for name, value in cleaned(facts, JUDGE_CLEANERS).items():
        setattr(after, name, value)
    _refuse_without_union(after)
    after.full_clean()
    if changes := audit.differences(before, after, JUDGE_FIELDS):
        after.version = before.version + 1
        after.save()
        _record(by, "competitions.judge_edit", contest, judge=judge.pk, changes=_without_names(changes))
    return after


@transaction.atomic
def remove_judge(*, judge: Judge, by: User) -> Contest:
    """Take away a judge who has given no marks, with seats and conflicts; returns the contest. Raises RuleError."""
    contest, judge = _locked_judge(judge, by)
    _refuse_after_marks(judge, "删除")
    _refuse_after_typing(judge.seats.all(), judge)
    judge.seats.all().delete()
    key = judge.pk
    judge.delete()
    _record(by, "competitions.judge_remove", contest, judge=key)
    return contest


@transaction.atomic
def seat_judges(
    *, contest: Contest, add: Collection[tuple[int, int]], drop: Collection[tuple[int, int]], by: User
) -> tuple[int, int]:
    """Add and take away these pairs of (stage, judge), by their keys; returns how many were added and how many taken
    away. Seats that somebody else changed meanwhile stay so. Pairs of other contests are refused, as is taking away a
    seat that has marks (RuleError)."""
    contest = _locked(contest, by)
    stages = set(Stage.objects.filter(event__contest=contest).values_list("pk", flat=True))
    judges = set(contest.judges.values_list("pk", flat=True))
    if any(stage not in stages or judge not in judges for stage, judge in add):
        raise RuleError("评委或环节已变动，请刷新页面后重新勾选")
    held = {(row.stage_id, row.judge_id): row for row in _locked_seats(Seat.objects.filter(stage__in=stages))}
    added = sorted(set(add) - set(held))
    gone = [row for pair, row in held.items() if pair in drop]
    _refuse_frozen({stage for stage, _ in added} | {row.stage_id for row in gone})
    marked = Mark.objects.filter(seat__in=gone).select_related("seat__judge").first()
    if marked:
        raise RuleError(f"评委{marked.seat.judge.name}在这个环节已评分，不能取消")
    _refuse_after_typing(Seat.objects.filter(pk__in=[row.pk for row in gone]))
    Seat.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Seat.objects.bulk_create(Seat(stage_id=stage, judge_id=judge) for stage, judge in added)
    if added or gone:
        taken = [[row.stage_id, row.judge_id] for row in gone]
        _record(by, "competitions.seats", contest, added=[list(pair) for pair in added], taken_away=taken)
    return len(added), len(gone)


@transaction.atomic
def declare_conflict(*, judge: Judge, entry: Entry, reason: str, by: User, void: bool = False) -> Conflict:
    """Keep a judge and an entry apart. Marks that the judge has given it already are void then: RuleError unless
    ``void`` says so. Raises RuleError without a reason, for an entry of another contest, and after the freeze."""
    contest, judge = _locked_judge(judge, by)
    entry = Entry.objects.select_related("event").filter(pk=entry.pk, event__contest=contest).first()
    if entry is None:
        raise RuleError({"entry": "这项报名不在本竞赛中，请刷新页面"})
    refuse_when_frozen(entry.event)
    conflict = Conflict(judge=judge, entry=entry, reason=stated_reason(reason, "reason"))
    conflict.full_clean()
    _locked_seats(judge.seats.all())
    with before_the_freeze():
        marks = list(Mark.objects.select_for_update().filter(seat__judge=judge, entry=entry).order_by("pk"))
        if marks and not void:
            raise RuleError({"void": f"这位评委已给该参赛号评了 {len(marks)} 项。确需作废的，请勾选后再登记"})
        gone = {f"{mark.seat_id}/{mark.criterion_id}": [str(mark.points), None] for mark in marks}
        Mark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    conflict.save()
    details = {"judge": judge.pk, "entry": entry.pk, "event": entry.event_id, "voided": gone}
    _record(by, "competitions.conflict_add", contest, **details)
    return conflict


@transaction.atomic
def withdraw_conflict(*, conflict: Conflict, by: User) -> Contest:
    """The judge may mark the entry again; returns the contest. Raises RuleError after the freeze."""
    contest, judge = _locked_judge(conflict.judge, by)
    conflict = judge.conflicts.select_related("entry__event").filter(pk=conflict.pk).first()
    if conflict is None:
        raise RuleError("这项回避已取消，请刷新页面")
    refuse_when_frozen(conflict.entry.event)
    entry = conflict.entry_id
    conflict.delete()
    _record(by, "competitions.conflict_remove", contest, judge=judge.pk, entry=entry)
    return contest


@transaction.atomic
def issue_judge_links(*, contest: Contest, judges: Sequence[int], by: User) -> list[tuple[Judge, str]]:
    """New personal links for these judges (keys): (judge, link) in the order of the panel. Older links of theirs end.
    The links exist nowhere else: only digests are stored. Raises RuleError for nobody."""
    contest = _locked(contest, by)
    rows = list(contest.judges.select_for_update().filter(pk__in=judges))
    if not rows:
        raise RuleError("请勾选要发放评分链接的评委")
    now, found = timezone.now(), []
    for row in rows:
        token = secrets.token_urlsafe(24)
        row.token_hash, row.issued_at = hash_token(token), now
        found.append((row, judge_link(token)))
    Judge.objects.bulk_update(rows, ["token_hash", "issued_at"])
    _record(by, "competitions.judge_links", contest, judges=[row.pk for row in rows])
    return found


@transaction.atomic
def end_judge_link(*, judge: Judge, by: User) -> Judge:
    """The personal link of a judge opens nothing any more."""
    contest, judge = _locked_judge(judge, by)
    if judge.token_hash is not None:
        judge.token_hash = None
        judge.save(update_fields=["token_hash"])
        _record(by, "competitions.judge_link_end", contest, judge=judge.pk)
    return judge


def judge_link(token: str) -> str:
    """The full address that a token opens."""
    return settings.SITE_URL.rstrip("/") + reverse("judging:home", args=[token])


def _locked(contest: Contest, by: User) -> Contest:
    contest = locked_contest(contest, by)
    refuse_when_over(contest)
    return contest


def _locked_judge(judge: Judge, by: User) -> tuple[Contest, Judge]:
    contest = _locked(judge.contest, by)
    found = contest.judges.select_for_update(of=("self",)).filter(pk=judge.pk).first()
    if found is None:
        raise RuleError("这位评委已删除，请刷新页面")
    return contest, found


def _refuse_without_union(judge: Judge) -> None:
    """Whoever has an account has a union of the town, whose entries the judge must not mark."""
    if judge.user and judge.union is None:
        held = (
            Post.objects.current()
            .filter(user=judge.user)
            .order_by("pk")
            .values_list("union__name", flat=True)
        )
        named = f"在“{'”“'.join(dict.fromkeys(held))}”任职" if held else "属于本镇工会"
        raise RuleError(
            {"union": f"账号“{judge.user.name}”{named}。请选择评委所属的工会，该工会的参赛号由系统回避"}
        )


def _locked_seats(seats) -> list[Seat]:
    """These seats, locked: marks on their way are in, and judges who save now wait."""
    return list(seats.select_for_update().order_by("pk"))


def _refuse_after_marks(judge: Judge, what: str) -> None:
    _locked_seats(judge.seats.all())
    if Mark.objects.filter(seat__judge=judge).exists():
        raise RuleError(f"评委{judge.name}已评分，不能{what}。换了手机或链接遗失的，请重新发放评分链接")


def _refuse_after_typing(seats, judge: Judge | None = None) -> None:
    row = seats.filter(typings__isnull=False).select_related("judge").first()
    if row:
        raise RuleError(f"评委{(judge or row.judge).name}的评分表已开始录入，不能取消。请先撤销录入")


def _refuse_frozen(stages: set[int]) -> None:
    late = Event.objects.filter(stages__in=stages).exclude(phase=Event.Phase.SCORING).first()
    if late:
        refuse_when_frozen(late)


def _without_names(changes: dict) -> dict:
    """The trail holds keys only: of name and workplace it says that they changed."""
    return {
        name: "（已变更）" if name in ("name", "workplace") else change for name, change in changes.items()
    }


def _record(by: User, action: str, contest: Contest, **details) -> None:
    audit.record(by, action, contest, union_id=contest.union_id, **details)
