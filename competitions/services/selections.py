"""Selections from plan to the list that is sent up: planned, open, in public notice, decided, sent; or cancelled."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Nomination, Selection, SelectionPlace, SelectionShare, ShareRule
from competitions.rules.honours import refuse_other_nature
from competitions.rules.selections import (
    SELECTION_CLEANERS,
    SELECTION_TABLES,
    caveat,
    clean_number,
    clean_source,
    earliest_end,
)
from competitions.rules.shares import shares_of
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.workdays import Workdays
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

Phase, State = Selection.Phase, Nomination.State
FACTS = [
    *("title", "year", "honour_type", "is_collective", "issuer", "document_number", "places", "places_each"),
    *("deadline", "notice_days", "notice_unit", "note"),
]
FIXED_WHEN_OPEN = ("honour_type", "is_collective")  # nominations rest on them
OPENED = (Phase.PLANNED, Phase.OPEN)


@transaction.atomic
def plan_selection(*, union: Union, by: User, template: str = "", **facts) -> Selection:
    """Plan a selection of the union (FACTS), with the shares that the templates of the honour ``template`` (its own where
    none is named) ask for on the deadline. Raises RuleError by field."""
    facts = cleaned(facts, SELECTION_CLEANERS)
    refuse_unusable(facts, SELECTION_TABLES)
    planned = Selection(union=union, created_by=by, **facts)
    _refuse_other_kind(planned)
    planned.full_clean()
    planned.save()
    require_editable(planned, by)
    rules = ShareRule.objects.on(planned.deadline).filter(honour_type=template or planned.honour_type)
    SelectionShare.objects.bulk_create(
        SelectionShare(selection=planned, category=rule.category, percent=rule.percent, source=rule.source)
        for rule in rules.filter(category__in=planned.categories)
    )
    changes = audit.differences(None, planned, FACTS)
    _tell(by, "competitions.selection_plan", planned, changes=changes, template=template)
    return planned


@transaction.atomic
def edit_selection(*, selection: Selection, version: str, by: User, **facts) -> Selection:
    """Change facts while nominations still come in. Raises RuleError (stale, past, by field); what nominations rest
    on stays once the selection is open."""
    before = locked_selection(selection, by)
    check_version(before, version)
    _require_phase(before, OPENED, "修改")
    facts = cleaned(facts, SELECTION_CLEANERS)
    refuse_unusable(facts, SELECTION_TABLES, stored=before)
    after = Selection.objects.select_related("union").get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    _refuse_other_kind(after)
    if before.phase == Phase.OPEN:
        _refuse_changed(before, after)
    after.full_clean()
    changes = audit.differences(before, after, FACTS)
    if changes:
        _keep(after, by, "competitions.selection_edit", changes=changes)
    return after


@transaction.atomic
def set_shares(
    *, selection: Selection, version: str, shares: Mapping[str, tuple[Decimal, str]], by: User
) -> Selection:
    """The selection asks for exactly these shares: category → (percent, source). Raises RuleError at the category."""
    selection = locked_selection(selection, by)
    check_version(selection, version)
    _require_phase(selection, OPENED, "修改要求比例")
    rows, faults = [], {}
    for category, (percent, source) in shares.items():
        try:
            row = SelectionShare(
                selection=selection, category=category, percent=percent, source=clean_source(source)
            )
            row.full_clean(validate_unique=False)
            rows.append(row)
        except ValidationError as error:
            faults[category] = error.messages
    if faults:
        raise RuleError(faults)
    selection.shares.all().delete()
    SelectionShare.objects.bulk_create(rows)
    told = {row.category: str(row.percent) for row in rows}
    return _keep(selection, by, "competitions.selection_shares", shares=told)


@transaction.atomic
def set_place(*, selection: Selection, union: Union, places: int | None, by: User) -> Selection:
    """How many this union may put forward; None: what each union may. Raises RuleError outside the holder."""
    selection = locked_selection(selection, by)
    _require_phase(selection, OPENED, "修改名额")
    if not union.path.startswith(selection.union.path):
        raise RuleError({"union": "这个工会不在主办工会范围内"})
    if places is None:
        selection.union_places.filter(union=union).delete()
    else:
        SelectionPlace.objects.update_or_create(selection=selection, union=union, defaults={"places": places})
    return _keep(selection, by, "competitions.selection_place", union=union.pk, places=places)


@transaction.atomic
def open_selection(*, selection: Selection, by: User) -> Selection:
    """Unions see the selection and put people forward from now on. Raises RuleError unless it is planned, or late."""
    selection = locked_selection(selection, by)
    _require_phase(selection, (Phase.PLANNED,), "开放推荐")
    if selection.deadline < timezone.localdate():
        raise RuleError(f"推荐截止日期 {selection.deadline} 已过，请先修改截止日期")
    return _move(selection, Phase.OPEN, by)


@transaction.atomic
def start_notice(
    *, selection: Selection, start: dt.date, until: dt.date, by: User, note: str = ""
) -> Selection:
    """Put the shortlist into public notice. Raises RuleError while nominations wait, for an empty list, one beyond
    the places, days fewer than the selection asks for, or missed shares without a note that says why."""
    selection = locked_selection(selection, by)
    _require_phase(selection, (Phase.OPEN,), "开始公示")
    if waiting := selection.nominations.filter(state=State.SUBMITTED).count():
        raise RuleError(f"还有 {waiting} 个推荐没有审核，请先列入名单、退回或不予推荐")
    rows = list(selection.nominations.on_the_list())
    if not rows:
        raise RuleError("推荐名单是空的，没有可以公示的对象")
    if selection.places is not None and len(rows) > selection.places:
        raise RuleError(
            f"推荐名单有 {len(rows)} 个，名额只有 {selection.places} 个。请调整名单或名额后再公示。"
        )
    _refuse_short_notice(selection, start, until)
    missed = [
        share for share in shares_of(rows, selection.categories, selection.shares.all()) if share.missing
    ]
    if missed and not note.strip():
        texts = "；".join(share.text for share in missed)
        raise RuleError({"note": f"推荐名单没有达到要求比例：{texts}。请调整名单；确需公示的，写明说明。"})
    said = stated_reason(note, "note") if note.strip() else ""
    return _move(selection, Phase.NOTICE, by, notice_from=start, notice_until=until, share_note=said)


@transaction.atomic
def retract_notice(*, selection: Selection, reason: str, by: User) -> Selection:
    """Take the list back from public notice: unions may put forward again until the deadline, and the next notice runs its
    full days. Objections stay with whom they are about. The unions see the reason of the last time. Raises RuleError without
    one, and once the list stands."""
    selection = locked_selection(selection, by)
    _require_phase(selection, (Phase.NOTICE,), "撤回公示")
    was = {"notice_from": str(selection.notice_from), "notice_until": str(selection.notice_until)}
    selection.notice_from = selection.notice_until = None
    selection.phase, selection.share_note = Phase.OPEN, ""
    selection.retracted_on, selection.retract_reason = timezone.localdate(), stated_reason(reason, "reason")
    return _keep(selection, by, "competitions.selection_retract", reason=selection.retract_reason, **was)


@transaction.atomic
def decide_selection(*, selection: Selection, by: User) -> Selection:
    """The list stands: what is still on it is recommended. Raises RuleError before the notice is over, or while an
    objection is open."""
    selection = locked_selection(selection, by)
    _require_phase(selection, (Phase.NOTICE,), "确定推荐名单")
    today = timezone.localdate()
    if today <= selection.notice_until:
        raise RuleError(f"公示到 {selection.notice_until} 为止，期满之后才能确定推荐名单")
    if pending := selection.nominations.filter(objections__state="open").distinct().count():
        raise RuleError(f"有 {pending} 个推荐对象的公示异议还没有核查，请先登记核查情况")
    rows = selection.nominations.filter(state=State.SHORTLISTED)
    if not rows.exists():
        raise RuleError("推荐名单上已没有推荐对象，请取消这次推荐评选")
    selection = _move(selection, Phase.DECIDED, by, decided_on=today)
    rows.update(state=State.RECOMMENDED, decided_by=by, decided_at=timezone.now(), version=F("version") + 1)
    return selection


@transaction.atomic
def send_selection(*, selection: Selection, sent_number: str, sent_on: dt.date, by: User) -> Selection:
    """The list went to whoever grants the honour, with a letter. Raises RuleError by field."""
    selection = locked_selection(selection, by)
    _require_phase(selection, (Phase.DECIDED,), "登记上报")
    facts = cleaned({"sent_number": sent_number}, {"sent_number": clean_number})
    if not selection.decided_on <= sent_on <= timezone.localdate():
        text = f"上报日期应在确定日期 {selection.decided_on} 与今天之间，现填 {sent_on}"
        raise RuleError({"sent_on": text})
    return _move(selection, Phase.SENT, by, sent_on=sent_on, **facts)


@transaction.atomic
def cancel_selection(*, selection: Selection, reason: str, by: User) -> Selection:
    """The selection is called off, for a reason that unions see. Raises RuleError once it is decided."""
    selection = locked_selection(selection, by)
    _require_phase(selection, (*OPENED, Phase.NOTICE), "取消")
    return _move(selection, Phase.CANCELLED, by, cancel_reason=stated_reason(reason, "reason"))


def locked_selection(selection: Selection, by: User) -> Selection:
    """The selection, locked, if the user keeps it. Raises PermissionDenied."""
    selection = Selection.objects.select_for_update(of=("self",)).select_related("union").get(pk=selection.pk)
    require_editable(selection, by)
    return selection


def _require_phase(selection: Selection, among: Iterable[str], what: str) -> None:
    if selection.phase not in among:
        raise RuleError(f"推荐评选现在是“{selection.get_phase_display()}”，不能{what}。请刷新页面。")


def _refuse_other_kind(selection: Selection) -> None:
    """People are not put forward for what is given to collectives, nor the other way."""
    try:
        refuse_other_nature(selection.honour_type, "collective" if selection.is_collective else "individual")
    except RuleError as error:
        raise RuleError({"honour_type": error.messages})


def _refuse_changed(before: Selection, after: Selection) -> None:
    changed = [name for name in FIXED_WHEN_OPEN if getattr(before, name) != getattr(after, name)]
    if changed:
        raise RuleError(dict.fromkeys(changed, "已开放推荐，不能再改。录错的请取消后重新登记。"))


def _refuse_short_notice(selection: Selection, start: dt.date, until: dt.date) -> None:
    today = timezone.localdate()
    if start < today:
        raise RuleError({"start": f"公示开始不能早于今天 {today}，现填 {start}"})
    workdays = Workdays.known()
    least = earliest_end(start, selection.notice_days, selection.notice_unit, workdays)
    if until < least:
        days = f"{selection.notice_days} 个{selection.get_notice_unit_display()}"
        said = caveat(start, least, selection.notice_unit, workdays)
        text = f"公示应不少于 {days}（含开始当天），最早到 {least}，现填 {until}"
        raise RuleError({"until": f"{text}（{said}）" if said else text})


def _move(selection: Selection, phase: str, by: User, **facts) -> Selection:
    before, selection.phase = selection.phase, phase
    for name, value in facts.items():
        setattr(selection, name, value)
    told = {name: str(value) for name, value in facts.items()}
    return _keep(selection, by, "competitions.selection_move", changes={"phase": [before, phase]}, **told)


def _keep(selection: Selection, by: User, action: str, **details) -> Selection:
    selection.version += 1
    selection.save()
    require_editable(selection, by)
    _tell(by, action, selection, **details)
    return selection


def _tell(by: User, action: str, selection: Selection, **details) -> None:
    audit.record(by, action, selection, union_id=selection.union_id, **details)
