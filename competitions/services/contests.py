"""Contests from plan to end: planned, open for entries, running, finished or cancelled."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts import audit
from accounts.models import User
from competitions.models import Contest, Criterion, Entry, Event, Stage
from competitions.queries.results import fixed_since
from competitions.rules.contests import CONTEST_CLEANERS, CONTEST_TABLES, WHOLE
from competitions.services.stage_parts import copy_criteria
from core.codes import refuse_unusable
from core.dates import years_after
from core.errors import RuleError
from core.forms import check_version
from core.numbering import next_code
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

State = Contest.State
CONTEST_FIELDS = [
    *("title", "kind", "level", "hosts", "organisers", "document_number", "place", "entries_from"),
    *("entries_until", "starts_on", "ends_on", "budget", "note", "is_open_below"),
]
EVENT_FIELDS = [
    *("title", "trade", "standard", "aims_at", "is_team", "team_least", "team_most", "quota", "capacity"),
    *("least_level", "least_age", "most_age", "employed_only", "trim", "outlier_percent"),
]
STAGE_FIELDS = ["position", "kind", "title", "weight", "tie_order", "advance", "held_on", "place"]
DATES = ("entries_from", "entries_until", "starts_on", "ends_on")
FIXED = ("kind", "level", *DATES)  # once final results came out
# What leads to a state; from any other one the user is told to reload.
FROM = {
    State.OPEN: (State.PLANNED,),
    State.RUNNING: (State.PLANNED, State.OPEN),
    State.FINISHED: (State.RUNNING,),
    State.CANCELLED: (State.PLANNED, State.OPEN, State.RUNNING),
}


@transaction.atomic
def plan_contest(*, union: Union, by: User, cloned_from: Contest | None = None, **facts) -> Contest:
    """Plan a contest of a union; it takes no entries before it is opened. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = cleaned(facts, CONTEST_CLEANERS)
    refuse_unusable(facts, CONTEST_TABLES)
    planned = Contest(union=union, created_by=by, cloned_from=cloned_from, **facts)
    planned.clean_fields(exclude=["code"])
    planned.code = next_code(Contest.objects, f"{union.code}-S{planned.starts_on.year}-", digits=2)
    planned.full_clean()
    planned.save()
    require_editable(planned, by)
    changes = audit.differences(None, planned, CONTEST_FIELDS)
    origin = {"cloned_from": cloned_from.pk} if cloned_from else {}
    audit.record(by, "competitions.contest_plan", planned, union_id=union.pk, changes=changes, **origin)
    return planned


@transaction.atomic
def edit_contest(*, contest: Contest, version: str, by: User, **facts) -> Contest:
    """Change facts of a contest. Raises RuleError (stale, over, by field); by field as well for what is fixed since final
    results of an event came out, and for days that leave a stage outside."""
    before = locked_contest(contest, by)
    check_version(before, version)
    refuse_when_over(before)
    facts = cleaned(facts, CONTEST_CLEANERS)
    _refuse_fixed(before, facts)
    refuse_unusable(facts, CONTEST_TABLES, stored=before)
    after = Contest.objects.select_related("union").get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    after.full_clean()
    _refuse_stages_outside(after)
    changes = audit.differences(before, after, CONTEST_FIELDS)
    if not changes:
        return after
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    require_editable(after, by)
    audit.record(by, "competitions.contest_edit", after, union_id=after.union_id, changes=changes)
    return after


@transaction.atomic
def clone_contest(*, contest: Contest, by: User) -> Contest:
    """Plan the same contest a year later, with its events, stages, criteria and prizes; no people, no judges. A year in
    the title moves on, the document number stays behind: the new contest gets one of its own."""
    facts = {name: getattr(contest, name) for name in CONTEST_FIELDS}
    year = contest.starts_on.year
    facts["title"] = contest.title.replace(str(year), str(year + 1))
    facts["document_number"] = ""
    for name in DATES:
        facts[name] = None if facts[name] is None else years_after(facts[name], 1)
    planned = plan_contest(union=contest.union, by=by, cloned_from=contest, **facts)
    for event in contest.events.prefetch_related("stages__criteria", "prizes"):
        stages = list(event.stages.all())
        copy = Event.objects.create(contest=planned, **{name: getattr(event, name) for name in EVENT_FIELDS})
        for stage in stages:
            facts = {name: getattr(stage, name) for name in STAGE_FIELDS}
            facts["held_on"] = None if stage.held_on is None else years_after(stage.held_on, 1)
            copy_criteria(source=stage, target=copy.stages.create(**facts))
        for prize in event.prizes.all():
            copy.prizes.create(position=prize.position, title=prize.title, places=prize.places)
    return planned


@transaction.atomic
def open_contest(*, contest: Contest, by: User) -> Contest:
    """Take entries from now on. Raises RuleError unless the contest is planned and its events are whole."""
    contest = locked_contest(contest, by)
    _refuse_unfinished_events(contest)
    return _move(contest, State.OPEN, by)


@transaction.atomic
def start_contest(*, contest: Contest, by: User) -> Contest:
    """The contest has begun; no entries any more. Raises RuleError from a wrong state or with unfinished events."""
    contest = locked_contest(contest, by)
    _refuse_unfinished_events(contest)
    return _move(contest, State.RUNNING, by)


@transaction.atomic
def finish_contest(*, contest: Contest, by: User) -> Contest:
    """The contest is over. Raises RuleError unless it is running, with unfinished events, and while results of an event
    that is marked are not final. Events without criteria have no results: a labour contest ends without them."""
    contest = locked_contest(contest, by)
    _refuse_unfinished_events(contest)
    _refuse_open_results(contest)
    return _move(contest, State.FINISHED, by)


@transaction.atomic
def cancel_contest(*, contest: Contest, reason: str, by: User) -> Contest:
    """The contest does not take place. Raises RuleError without a reason, once it is over, and once results came out:
    medals and promises rest on them."""
    reason = stated_reason(reason, "reason")
    contest = locked_contest(contest, by)
    told = (Event.Phase.PRELIMINARY, Event.Phase.FINAL)
    if published := [event for event in _locked_events(contest) if event.phase in told]:
        raise RuleError(f"“{published[0].title}”的成绩已公布，不能取消竞赛")
    return _move(contest, State.CANCELLED, by, cancel_reason=reason)


def locked_contest(contest: Contest, by: User) -> Contest:
    """The contest, locked, if the user keeps it. Raises PermissionDenied."""
    contest = Contest.objects.select_for_update(of=("self",)).select_related("union").get(pk=contest.pk)
    require_editable(contest, by)
    return contest


def refuse_when_over(contest: Contest) -> None:
    """Raises RuleError for a contest that is finished or cancelled."""
    if contest.is_over:
        raise RuleError(f"竞赛{contest.get_state_display()}，不能再修改")


def _refuse_fixed(contest: Contest, facts: dict) -> None:
    """Published results, awards and indicators rest on what kind of contest it was, of which level, and when."""
    _locked_events(contest)
    since = fixed_since(contest)
    changed = [name for name in FIXED if name in facts and facts[name] != getattr(contest, name)]
    if since and changed:
        raise RuleError(
            {
                name: f"最终成绩已于 {since} 公布，{Contest._meta.get_field(name).verbose_name}不能再变更"
                for name in changed
            }
        )


def _refuse_stages_outside(contest: Contest) -> None:
    """The same rule as for the day of a stage (services.events)."""
    stages = (
        Stage.objects.filter(event__contest=contest).select_related("event").order_by("event", "position")
    )
    early, late = stages.filter(held_on__lt=contest.starts_on), stages.filter(held_on__gt=contest.ends_on)
    faults = {
        name: f"{'、'.join(f'“{one.event.title}”{one.title} {one.held_on}' for one in rows)} 不在新的起止日期之内。"
        "请先修改这些环节的日期，还没有定的先留空。"
        for name, rows in (("starts_on", early), ("ends_on", late))
        if rows
    }
    if faults:
        raise RuleError(faults)


def _move(contest: Contest, state: str, by: User, **facts) -> Contest:
    _locked_events(contest)
    before = contest.state
    if before not in FROM[state]:
        raise RuleError(
            f"竞赛现在是“{contest.get_state_display()}”，不能改为“{State(state).label}”。请刷新页面。"
        )
    contest.state = state
    for name, value in facts.items():
        setattr(contest, name, value)
    contest.version += 1
    contest.save(update_fields=["state", "version", "updated_at", *facts])
    changes = {"state": [before, state]} | {name: ["", value] for name, value in facts.items()}
    audit.record(by, "competitions.contest_move", contest, union_id=contest.union_id, changes=changes)
    return contest


def _locked_events(contest: Contest) -> list[Event]:
    """Nobody enters, and no result takes a step, while the contest moves."""
    return list(contest.events.select_for_update(no_key=True).order_by("pk"))


def _refuse_open_results(contest: Contest) -> None:
    marked = Exists(Criterion.objects.filter(stage__event=OuterRef("pk")))
    entered = Exists(Entry.objects.admitted().filter(event=OuterRef("pk")))
    rows = contest.events.filter(marked, entered).exclude(phase=Event.Phase.FINAL)
    if named := [f"“{event.title}”现在是“{event.get_phase_display()}”" for event in rows]:
        raise RuleError(f"公布最终成绩之后才能结束竞赛：{'；'.join(named)}")


def _refuse_unfinished_events(contest: Contest) -> None:
    events = list(contest.events.with_weights())
    if not events:
        raise RuleError("还没有比赛项目。请先添加比赛项目和环节。")
    wrong = [
        f"“{event.title}”为 {event.weights.normalize():f}%" for event in events if event.weights != WHOLE
    ]
    if wrong:
        raise RuleError(f"各环节的权重合计应为 100%：{'；'.join(wrong)}。请调整后再办理。")
