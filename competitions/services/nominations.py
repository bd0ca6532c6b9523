"""What unions do: put people, teams and firms forward, mend, submit and withdraw them.

The selection is locked before its nominations, so that no quota is exceeded by two at once and nothing arrives after the
list is closed; the person before the selection, as a merge of two records has it.
"""

from collections import Counter
from collections.abc import Sequence
from copy import copy

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Nomination, Selection, Team
from competitions.rules import nominating
from competitions.rules.selections import NOMINATION_CLEANERS
from competitions.rules.shares import facts_of_group, facts_of_person
from core.access import Permission
from core.errors import RuleError
from core.forms import check_version
from unions.models import Employer
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

State, Subject = Nomination.State, Nomination.Subject
FACTS = ["job", "position", "reason", "merits"]
COUNTED = ["is_migrant", "is_woman", "is_party", "is_nonpublic"]
OPEN_TO_UNION = (State.DRAFT, State.RETURNED)
WITHDRAWABLE = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.SHORTLISTED, State.RECOMMENDED)


@transaction.atomic
def nominate_person(*, selection: Selection, worker: Worker, by: User, **facts) -> Nomination:
    """Put a person forward as a draft: job, position, reason, merits. What the roll says today is kept with it.

    Raises PermissionDenied out of reach; RuleError by field, and for somebody gone or in the selection already.
    """
    hold_person(worker.pk)
    selection = open_to_union(selection, by)
    _require_kind(selection, is_collective=False)
    reach = Worker.objects.within_reach(by, Permission.EDIT_CONTESTS).filter(anonymised_on=None)
    worker = reach.select_related("employer").defer("phone").filter(pk=worker.pk).first()
    barred = worker and nominating.barred_because(selection, worker)
    if worker is None or barred == nominating.OUTSIDE:
        raise PermissionDenied
    if barred:
        raise RuleError(f"此人{barred}，不能推荐。请核对人员。")
    row = Nomination(
        selection=selection,
        union_id=worker.union_id,
        subject=Subject.PERSON,
        worker=worker,
        employer=worker.employer,
    )
    return _enter(row, facts, by)


@transaction.atomic
def nominate_group(
    *, selection: Selection, by: User, employer: Employer | None = None, team: Team | None = None, **facts
) -> Nomination:
    """Put a team or a firm forward, one of the two: reason, merits. Raises as ``nominate_person`` does."""
    selection = open_to_union(selection, by)
    _require_kind(selection, is_collective=True)
    if (employer is None) == (team is None):
        raise RuleError({"team": "请选择一个班组或一个单位，只选一项"})
    model = Employer if team is None else Team
    found = model.objects.within_reach(by, Permission.EDIT_CONTESTS).select_related("union")
    holder = found.filter(pk=(team or employer).pk).first()
    if holder is None or not holder.union.path.startswith(selection.union.path):
        raise PermissionDenied
    row = Nomination(selection=selection, union_id=holder.union_id)
    if team is None:
        row.subject, row.employer = Subject.EMPLOYER, holder
    else:
        row.subject, row.team, row.employer = Subject.TEAM, holder, holder.employer
    return _enter(row, facts, by)


@transaction.atomic
def edit_nomination(*, nomination: Nomination, version: str, by: User, **facts) -> Nomination:
    """Mend a draft or one that was sent back. Raises RuleError (stale, submitted, by field)."""
    before = locked_nomination(nomination, by)
    check_version(before, version)
    open_to_union(before.selection, by)
    if before.state not in OPEN_TO_UNION:
        raise RuleError(f"现为“{before.get_state_display()}”，只有草稿和退回的可以修改")
    after = copy(before)
    for name, value in cleaned(facts, NOMINATION_CLEANERS).items():
        setattr(after, name, value)
    after.full_clean()
    changed = list(audit.differences(before, after, FACTS))
    if changed:
        after.version += 1
        after.save()
        require_editable(after, by)
        _tell(by, "competitions.nomination_edit", after, fields=changed)
    return after


@transaction.atomic
def submit_nominations(*, selection: Selection, nominations: Sequence[int], by: User) -> int:
    """Submit drafts and what was sent back (their keys) to the town; returns how many. What the roll says is taken
    anew. All of them or none: raises RuleError after the deadline, beyond a quota, or when none is to be submitted."""
    selection = open_to_union(selection, by)
    today = timezone.localdate()
    keeps = Selection.objects.editable_by(by).filter(pk=selection.pk).exists()
    if late := nominating.late_because(selection, today, keeps=keeps):
        raise RuleError(late)
    rows = Nomination.objects.editable_by(by).filter(
        selection=selection, pk__in=nominations, state__in=OPEN_TO_UNION
    )
    rows = list(
        rows.select_for_update(of=("self",))
        .select_related("worker", "employer", "union")
        .defer("worker__phone")
        .order_by("pk")
    )
    if not rows:
        raise RuleError("请勾选要提交的推荐对象")
    _refuse_gone(rows)
    _refuse_beyond_quota(selection, rows)
    for row in rows:
        _take_facts(row)
        row.state, row.submitted_on, row.note = State.SUBMITTED, today, ""
        row.version += 1
    Nomination.objects.bulk_update(rows, ["state", "submitted_on", "note", "version", "facts_on", *COUNTED])
    keys = [row.pk for row in rows]
    audit.record(
        by, "competitions.nominations_submit", selection, union_id=rows[0].union_id, nominations=keys
    )
    return len(rows)


@transaction.atomic
def withdraw_nomination(*, nomination: Nomination, version: str, reason: str, by: User) -> Nomination:
    """Take a nomination back, for a reason that stays with it. Raises RuleError once the honour is decided, and for
    one whose selection was called off."""
    nomination = locked_nomination(nomination, by)
    check_version(nomination, version)
    if nomination.state not in WITHDRAWABLE or nomination.selection.phase == Selection.Phase.CANCELLED:
        raise RuleError(f"现为“{nomination.get_state_display()}”，不能撤回。请刷新页面。")
    was = nomination.state
    nomination.state, nomination.note = State.WITHDRAWN, stated_reason(reason, "reason")
    return keep_nomination(nomination, by, "competitions.nomination_withdraw", was=was)


def hold_person(pk: int | None) -> None:
    """Lock a person, if there is one, before selection and nomination: a merge that holds the records waits for these."""
    list(Worker.objects.select_for_update().filter(pk=pk).values_list("pk"))


def open_to_union(selection: Selection, by: User) -> Selection:
    """The selection, locked, if the user sees it and it takes nominations. Raises PermissionDenied and RuleError."""
    seen = Selection.objects.visible_to(by).filter(pk=selection.pk).exists()
    if not seen:
        raise PermissionDenied
    selection = Selection.objects.select_for_update(of=("self",)).select_related("union").get(pk=selection.pk)
    if closed := nominating.closed_because(selection):
        raise RuleError(closed)
    return selection


def locked_nomination(nomination: Nomination, by: User) -> Nomination:
    """The nomination, locked with its selection before it, in the user's reach. Raises PermissionDenied."""
    selection = Selection.objects.select_for_update().get(pk=nomination.selection_id)
    rows = Nomination.objects.select_for_update(of=("self",)).select_related(
        "worker", "employer", "team", "union"
    )
    nomination = rows.defer("worker__phone").get(pk=nomination.pk)
    nomination.selection = selection
    require_editable(nomination, by)
    return nomination


def keep_nomination(nomination: Nomination, by: User, action: str, **details) -> Nomination:
    """Save a changed row, once more inside the reach, and tell the trail."""
    nomination.version += 1
    nomination.full_clean()
    nomination.save()
    require_editable(nomination, by)
    _tell(by, action, nomination, **details)
    return nomination


def _enter(row: Nomination, facts: dict, by: User) -> Nomination:
    for name, value in cleaned(facts, NOMINATION_CLEANERS).items():
        setattr(row, name, value)
    row.entered_by = by
    _take_facts(row)
    row.full_clean()
    row.save()
    require_editable(row, by)
    _tell(by, "competitions.nominate", row, selection=row.selection_id, worker=row.worker_id)
    return row


def _take_facts(row: Nomination) -> None:
    """What the roll says today."""
    facts = facts_of_person(row.worker) if row.worker_id else facts_of_group(row.employer)
    for name, value in facts.items():
        setattr(row, name, value)
    row.facts_on = timezone.localdate()


def _require_kind(selection: Selection, *, is_collective: bool) -> None:
    if selection.is_collective != is_collective:
        raise RuleError(f"这次推荐的是{'集体' if selection.is_collective else '个人'}")


def _refuse_gone(rows: list[Nomination]) -> None:
    gone = [row.worker.name for row in rows if row.worker_id and row.worker.standing == "left"]
    if gone:
        raise RuleError(f"{'、'.join(gone)}已离会，不能提交。请撤回后另行推荐。")


def _refuse_beyond_quota(selection: Selection, rows: list[Nomination]) -> None:
    quota = nominating.Quota.of(selection, selection.nominations.standing())
    for union, asked in Counter(row.union for row in rows).items():
        free = quota.free(union.pk)
        if free is not None and asked > free:
            places = quota.places(union.pk)
            raise RuleError(f"{union.name}名额 {places} 个，还可提交 {free} 个，本次勾选了 {asked} 个")


def _tell(by: User, action: str, nomination: Nomination, **details) -> None:
    audit.record(by, action, nomination, union_id=nomination.union_id, **details)
