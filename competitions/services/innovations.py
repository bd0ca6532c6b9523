"""Innovations from entry to review: entered, moved on, reviewed by the town. Whatever changes one locks it first."""

import datetime as dt
from collections.abc import Sequence
from copy import copy

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Consent, Contributor, Innovation, Publication
from competitions.models.innovation_kinds import Review, Stage
from competitions.rules.innovations import (
    FACTS_OF_KIND,
    INNOVATION_CLEANERS,
    INNOVATION_TABLES,
    first_stage,
    refuse_future,
)
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

FACTS = [
    *("title", "employer", "department", "content", "begun_on", "done_on", "effect", "effect_yuan"),
    *("investment", "reward", "level", "document_number", "patent_kind", "patent_number"),
]
MOVED = ["stage", "begun_on", "adopted_on", "done_on", "stage_reason"]
NAMED = 5  # people a refusal names


@transaction.atomic
def enter_innovation(*, union: Union, kind: str, by: User, **facts) -> Innovation:
    """Enter an innovation of a union; it counts once the town has accepted it. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = _cleaned(facts, kind)
    refuse_unusable(facts, INNOVATION_TABLES)
    _refuse_other_firm(union, facts.get("employer"))
    innovation = Innovation(union=union, kind=kind, entered_by=by, **facts)
    innovation.stage = first_stage(kind, facts.get("begun_on"), timezone.localdate())
    _check(innovation)
    innovation.save()
    require_editable(innovation, by)
    tell(by, "competitions.innovation_enter", innovation, changes=audit.differences(None, innovation, FACTS))
    return innovation


@transaction.atomic
def edit_innovation(*, innovation: Innovation, version: str, by: User, **facts) -> Innovation:
    """Correct the facts; the town reviews anew, and what was published is taken off. Raises RuleError (stale, by
    field)."""
    innovation = locked_innovation(innovation, by)
    check_version(innovation, version)
    before = copy(innovation)
    facts = _cleaned(facts, innovation.kind)
    refuse_unusable(facts, INNOVATION_TABLES, stored=before)
    if "employer" in facts and facts["employer"] != before.employer:
        _refuse_other_firm(innovation.union, facts["employer"])
    for name, value in facts.items():
        setattr(innovation, name, value)
    changes = audit.differences(before, innovation, FACTS)
    if not changes:
        return innovation
    reopen(innovation, by)
    _check(innovation)
    return _keep(innovation, by, "competitions.innovation_edit", changes=changes, was=before.state)


@transaction.atomic
def move_innovation(
    *, innovation: Innovation, to: str, version: str, by: User, on: dt.date | None = None, reason: str = ""
) -> Innovation:
    """Bring it to a later stage on a day (begun, adopted or done), or drop it for a reason. Raises RuleError by field,
    and for a stage that does not follow."""
    innovation = locked_innovation(innovation, by)
    check_version(innovation, version)
    before = copy(innovation)
    if to not in innovation.words.moves.get(innovation.stage, ()):
        raise RuleError(f"现在是“{innovation.standing}”，不能这样变更。请刷新页面。")
    innovation.stage = to
    if to == Stage.DROPPED:
        innovation.stage_reason = stated_reason(reason, "reason")
    else:
        _set_day(innovation, to, on)
    reopen(innovation, by)
    _check(innovation, renamed=dict.fromkeys(("begun_on", "adopted_on", "done_on"), "on"))
    return _keep(
        innovation, by, "competitions.innovation_move", changes=audit.differences(before, innovation, MOVED)
    )


@transaction.atomic
def add_contributors(
    *, innovation: Innovation, workers: Sequence[int], role: str, by: User
) -> list[Contributor]:
    """Name people (their keys) who made it: one author, any number of others. The town reviews anew. Raises RuleError
    for people out of reach or named already, and for a second author."""
    innovation = locked_innovation(innovation, by)
    keys = list(dict.fromkeys(workers))
    people = Worker.objects.within_reach(by, Permission.EDIT_CONTESTS).filter(anonymised_on=None, pk__in=keys)
    people = {person.pk: person for person in people.defer("phone", "phone_index")}
    if not keys:
        raise RuleError("请勾选职工")
    if len(people) < len(keys):
        raise RuleError(f"有 {len(keys) - len(people)} 人不在您的管理范围内，请刷新页面后重新勾选")
    if role == Contributor.Role.LEAD and (
        len(keys) > 1 or innovation.contributors.filter(role=role).exists()
    ):
        raise RuleError(f"{innovation.words.lead}只能有一人，其他人请登记为{innovation.words.members}")
    known = set(innovation.contributors.filter(worker__in=keys).values_list("worker", flat=True))
    if doubled := [people[key].name for key in keys if key in known]:
        raise RuleError(f"{'、'.join(doubled[:NAMED])}已登记在这项成果中")
    rows = [Contributor(innovation=innovation, worker=people[key], role=role, entered_by=by) for key in keys]
    for row in rows:
        row.clean_fields()
    reopen(innovation, by)
    rows = Contributor.objects.bulk_create(rows)
    _keep(innovation, by, "competitions.contributor_add", workers=keys, role=role)
    return rows


@transaction.atomic
def remove_contributor(*, contributor: Contributor, by: User) -> Innovation:
    """Take back somebody who was named by mistake. Raises RuleError while a form of consent is kept."""
    innovation = locked_innovation(contributor.innovation, by)
    contributor = innovation.contributors.filter(pk=contributor.pk).first()
    if contributor is None:
        raise RuleError("此人已不在这项成果中，请刷新页面")
    if Consent.objects.filter(contributor=contributor).exists():
        raise RuleError("已登记此人的公开同意书，不能删去。登记错了人的，请先删去同意书。")
    reopen(innovation, by)
    worker = contributor.worker_id
    contributor.delete()
    return _keep(innovation, by, "competitions.contributor_remove", workers=[worker])


@transaction.atomic
def accept_innovation(*, innovation: Innovation, version: str, by: User) -> Innovation:
    """The town accepts it as it was seen. Raises RuleError before it is done, or when nobody is named as author."""
    innovation = _waiting(innovation, version, by)
    if innovation.stage != Stage.DONE:
        raise RuleError(f"现在是“{innovation.standing}”，完成之后才能评审通过")
    if not innovation.contributors.filter(role=Contributor.Role.LEAD).exists():
        raise RuleError(f"还没有登记{innovation.words.lead}，不能评审通过。请退回补登。")
    return _decide(innovation, Review.ACCEPTED, "", by)


@transaction.atomic
def return_innovation(*, innovation: Innovation, version: str, note: str, by: User) -> Innovation:
    """The town returns it for a reason that the union reads. Raises RuleError without one."""
    return _decide(_waiting(innovation, version, by), Review.RETURNED, stated_reason(note, "note"), by)


def locked_innovation(innovation: Innovation, by: User, permission=Permission.EDIT_CONTESTS) -> Innovation:
    """The innovation as stored, locked. Raises PermissionDenied out of reach."""
    rows = Innovation.objects.within_reach(by, permission)
    if not rows.filter(pk=innovation.pk).exists():
        raise PermissionDenied
    found = Innovation.objects.select_for_update(of=("self",)).select_related("union", "employer")
    return found.get(pk=innovation.pk)


def reopen(innovation: Innovation, by: User) -> None:
    """The town has not seen it like this: it reviews anew, and nothing of it stays on show."""
    innovation.state, innovation.decided_by, innovation.decided_at = Review.ENTERED, None, None
    innovation.decision_note = ""
    take_off(innovation, by)


def take_off(innovation: Innovation, by: User) -> bool:
    """Take it off the showcase, if it is there; says whether it was. The caller holds the innovation's lock."""
    gone, _ = Publication.objects.filter(innovation=innovation).delete()
    if gone:
        tell(by, "competitions.innovation_take_off", innovation)
    return bool(gone)


def tell(by: User, action: str, innovation: Innovation, **details) -> None:
    """One entry about the innovation; people by their keys only."""
    audit.record(by, action, innovation, union_id=innovation.union_id, **details)


def _cleaned(facts: dict, kind: str) -> dict:
    """The facts that the kind has. Raises RuleError by field."""
    known = {name: value for name, value in facts.items() if kind in FACTS_OF_KIND.get(name, (kind,))}
    return cleaned(known, INNOVATION_CLEANERS)


def _check(innovation: Innovation, *, renamed: dict | None = None) -> None:
    """What rules and database ask; ``renamed`` says beside which field of the form a fault stands."""
    try:
        refuse_future(innovation)
        innovation.full_clean()
    except ValidationError as error:
        if renamed is None or not hasattr(error, "error_dict"):
            raise
        raise RuleError({renamed.get(name, name): fault for name, fault in error.error_dict.items()})


def _refuse_other_firm(union: Union, employer) -> None:
    if employer is not None and not employer.union.path.startswith(union.path):
        raise RuleError({"employer": f"{employer}不是{union.name}覆盖的单位"})


def _set_day(innovation: Innovation, to: str, on: dt.date | None) -> None:
    field = {Stage.OPEN: "begun_on", Stage.ADOPTED: "adopted_on", Stage.DONE: "done_on"}[Stage(to)]
    if on is None:
        raise RuleError({"on": "请填写日期"})
    if on > timezone.localdate():
        raise RuleError({"on": f"日期不能晚于今天，现填 {on}"})
    setattr(innovation, field, on)


def _keep(innovation: Innovation, by: User, action: str, **details) -> Innovation:
    innovation.version += 1
    innovation.save()
    require_editable(innovation, by)
    tell(by, action, innovation, **details)
    return innovation


def _waiting(innovation: Innovation, version: str, by: User) -> Innovation:
    innovation = locked_innovation(innovation, by, Permission.DECIDE_CONTESTS)
    check_version(innovation, version)
    if innovation.state != Review.ENTERED:
        raise RuleError(f"现为“{innovation.get_state_display()}”，不是待评审。请刷新页面。")
    return innovation


def _decide(innovation: Innovation, state: str, note: str, by: User) -> Innovation:
    innovation.state, innovation.decision_note = state, note
    innovation.decided_by, innovation.decided_at = by, timezone.now()
    return _keep(innovation, by, "competitions.innovation_decide", state=str(state), note=note)
