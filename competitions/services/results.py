"""The way of an event's results: frozen, preliminary with days for objections, final. In this order only."""

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Contest, Entry, Event, Objection, Result
from competitions.queries.lineups import wrongly_cut
from competitions.queries.marks import Missing
from competitions.queries.results import missing_results
from competitions.queries.scores import gaps_of, outcomes_of, rows_of, rules_of
from competitions.rules.contests import WHOLE
from competitions.rules.ranking import Outcome
from competitions.services.result_notices import tell_unions
from core.codes import legal_number
from core.errors import RuleError
from unions.scoping import require_editable
from workers.rules import stated_reason

Phase = Event.Phase
NAMED = 5  # what a refusal names of many


@transaction.atomic
def freeze(*, event: Event, by: User, seen: str = "", reason: str = "") -> Event:
    """Take no marks any more, and compute the results. The lock waits for marks on their way; those behind it find the
    event frozen.

    While marks are missing, ``seen`` must be the ``fingerprint`` of just these gaps and ``reason`` say why they stay.
    Raises RuleError: in another phase, while entries wait, for a stage without criteria, for an entry without any
    complete sheet and no absence on record, for weights that do not make 100 percent, for a confirmed line-up that the
    marks contradict, and for gaps not confirmed.
    """
    event = locked_event(event, by)
    _require(event, Phase.SCORING, Phase.FROZEN)
    _refuse_unready(event)
    outcomes = outcomes_of(event)
    _refuse_wrongly_cut(event, outcomes)
    _refuse_unscored(event, outcomes)
    gaps = gaps_of(event, outcomes)
    if gaps:
        if seen != fingerprint(gaps):
            raise RuleError(
                f"还缺 {len(gaps)} 份评分，与您看到的不同。请核对下面列出的缺分后再办理。", code="gaps"
            )
        event.gaps_reason = stated_reason(reason, "reason")
    event.phase, event.frozen_at = Phase.FROZEN, timezone.now()
    _save(event, "phase", "frozen_at", "gaps_reason")
    Result.objects.bulk_create(
        Result(event=event, entry_id=entry, **facts) for entry, facts in rows_of(outcomes).items()
    )
    named = [[gap.stage.pk, gap.judge.pk, gap.entry.pk] for gap in gaps]
    record(by, "competitions.freeze", event, results=len(outcomes), gaps=named)
    return event


@transaction.atomic
def publish_preliminary(*, event: Event, objections_until: dt.date, by: User) -> Event:
    """Show the unions that entered their results, tell them, and take objections until a day. Raises RuleError in
    another phase, and for fewer days than the number ``contest.objection_days``."""
    event = locked_event(event, by)
    _require(event, Phase.FROZEN, Phase.PRELIMINARY)
    earliest = first_end_of_objections()
    if objections_until < earliest:
        raise RuleError({"objections_until": f"异议期不能短于规定的天数，截止日期最早为 {earliest}"})
    event.phase, event.preliminary_at = Phase.PRELIMINARY, timezone.now()
    event.objections_until = objections_until
    _save(event, "phase", "preliminary_at", "objections_until")
    told = tell_unions(event)
    record(by, "competitions.preliminary", event, objections_until=str(objections_until), unions=told)
    return event


@transaction.atomic
def publish_final(*, event: Event, by: User, is_public: bool = False) -> Event:
    """Close the results for good, and tell the unions that entered. Raises RuleError in another phase, before the days
    for objections are over, while one is open, and while a result is missing."""
    event = locked_event(event, by)
    _require(event, Phase.PRELIMINARY, Phase.FINAL)
    if timezone.localdate() <= event.objections_until:
        raise RuleError(f"异议期到 {event.objections_until} 为止，次日起才能公布最终成绩")
    if waiting := event.objections.filter(state=Objection.State.OPEN).count():
        raise RuleError(f"还有 {waiting} 项异议没有处理，处理之后才能公布最终成绩")
    if lacking := [row.entry.start_number or "未编" for row in missing_results(event)[:NAMED]]:
        raise RuleError(
            f"{'、'.join(map(str, lacking))} 号按更正后的评分进入了后面的环节，但没有得分，也没有登记缺考。"
            "请为该参赛号提出异议，在处理时补录得分或者登记缺考，再公布最终成绩。"
        )
    event.phase, event.final_at, event.is_public = Phase.FINAL, timezone.now(), is_public
    _save(event, "phase", "final_at", "is_public")
    record(by, "competitions.final", event, is_public=is_public, unions=tell_unions(event))
    return event


@transaction.atomic
def show_publicly(*, event: Event, is_public: bool, by: User) -> Event:
    """Open the final list to everybody, or close it again. Raises RuleError before the results are final."""
    event = locked_event(event, by)
    if event.phase != Phase.FINAL:
        raise RuleError("公布最终成绩之后才能公开名单")
    if event.is_public != is_public:
        event.is_public = is_public
        _save(event, "is_public")
        record(by, "competitions.publicity", event, is_public=is_public)
    return event


def locked_event(event: Event, by: User) -> Event:
    """The event, locked against marks and other steps, if the user keeps its contest and it was not cancelled. Raises
    PermissionDenied and RuleError."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    event.contest = Contest.objects.select_related("union").get(pk=event.contest_id)
    require_editable(event, by)
    if event.contest.state == Contest.State.CANCELLED:
        raise RuleError("竞赛已取消，不能再办理成绩")
    return event


def recompute(event: Event) -> list[dict]:
    """Results again from the marks as corrected; what changed by entry, as ``Objection.effect`` keeps it. The caller
    holds the event."""
    facts = rows_of(outcomes_of(event))
    changed, told = [], []
    for row in event.results.select_for_update().order_by("pk"):
        new = facts[row.entry_id]
        if row.stages == new["stages"] and (row.standing, row.total, row.rank) == (
            new["standing"],
            new["total"],
            new["rank"],
        ):
            continue
        line = {name: [_text(getattr(row, name)), _text(new[name])] for name in ("standing", "total", "rank")}
        told.append({"entry": row.entry_id} | line)
        for name, value in new.items():
            setattr(row, name, value)
        row.computed_at = timezone.now()
        changed.append(row)
    Result.objects.bulk_update(changed, ["standing", "total", "rank", "stages", "computed_at"])
    return told


def first_end_of_objections() -> dt.date:
    """The earliest last day for objections against results that come out today."""
    today = timezone.localdate()
    return today + dt.timedelta(days=int(legal_number("contest.objection_days", on=today)))


def fingerprint(gaps: Sequence[Missing]) -> str:
    """What a page sends back to say which gaps it showed."""
    keys = sorted((gap.stage.pk, gap.judge.pk, gap.entry.pk) for gap in gaps)
    return hashlib.sha256(repr(keys).encode()).hexdigest()[:32]


def record(by: User, action: str, event: Event, **details) -> None:
    """Note a step in the trail of the contest."""
    audit.record(by, action, event.contest, union_id=event.contest.union_id, event=event.pk, **details)


def _require(event: Event, before: str, after: str) -> None:
    """The event stands just before this step. Raises RuleError that tells a repeat from a wrong order."""
    if event.phase == before:
        return
    now, wanted = event.get_phase_display(), Phase(after).label
    if event.phase == after:
        raise RuleError(f"这个项目已经是“{now}”，不用再办一次。请刷新页面。", code="repeated")
    raise RuleError(f"这个项目现在是“{now}”，不能改为“{wanted}”。请刷新页面。", code="order")


def _refuse_unready(event: Event) -> None:
    state = event.contest.state
    if state != Contest.State.RUNNING:
        raise RuleError(f"竞赛现在是“{event.contest.get_state_display()}”，竞赛进行中才能封存成绩")
    if waiting := event.entries.filter(state=Entry.State.SUBMITTED).count():
        raise RuleError(f"还有 {waiting} 项报名没有审核，审核之后才能封存成绩")
    if not event.entries.admitted().exists():
        raise RuleError("没有审核通过的报名，没有成绩可以封存")
    titles = dict(event.stages.values_list("pk", "title"))
    rules = rules_of(event)
    if not any(rule.criteria for rule in rules):
        raise RuleError("这个项目没有评分项，不用封存成绩")
    weights = sum(rule.weight for rule in rules)
    if weights != WHOLE:
        raise RuleError(f"各环节的权重合计应为 100%，现为 {weights.normalize():f}%。请调整后再封存。")
    bare = [titles[one.key] for one in rules if not one.criteria and (one.weight or one.advance)]
    if bare:
        raise RuleError(
            f"环节“{'”“'.join(bare)}”计入成绩或者选拔晋级，但没有评分项。请添加评分项，或者把权重改为 0、晋级名额留空。"
        )


def _refuse_wrongly_cut(event: Event, outcomes: list[Outcome]) -> None:
    """Judges were told to leave out somebody who goes on by the marks."""
    wrong = wrongly_cut(event, outcomes)
    if wrong:
        named = [f"{cut.stage.title} {cut.entry.start_number or '未编'} 号" for cut in wrong[:NAMED]]
        raise RuleError(
            f"已确认的晋级名单与现在的评分不一致，按评分应当晋级的有：{'、'.join(named)}。请到评分页面再次确认晋级名单；"
            "后面的环节已经比完的，补评或者登记缺考。",
            code="lineup",
        )


def _refuse_unscored(event: Event, outcomes: list[Outcome]) -> None:
    """An entry that no judge has marked whole would fall out of the ranking unnoticed."""
    lacking = [outcome for outcome in outcomes if outcome.missing_at]
    if not lacking:
        return
    titles = dict(event.stages.values_list("pk", "title"))
    numbers = dict(event.entries.values_list("pk", "start_number"))
    named = [f"{titles[one.missing_at]} {numbers[one.key] or '未编'} 号" for one in lacking[:NAMED]]
    raise RuleError(
        f"有 {len(lacking)} 项报名在环节中没有一份完整的评分（{'、'.join(named)}）。请补录评分；没有到场的，请登记缺考。",
        code="unscored",
    )


def _save(event: Event, *fields: str) -> None:
    event.version += 1
    event.save(update_fields=[*fields, "version"])


def _text(value) -> str | None:
    return None if value is None else str(value)
