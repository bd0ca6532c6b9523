"""One fact set on many people: draft with preview, writing, undo.

Writing and undo are done by background jobs, set-based and in one transaction. A row counts as untouched while
its record has the version that the preview, or the writing, saw.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.utils import timezone

from accounts.models import AuditEntry, User
from core import jobs
from core.access import Permission
from core.errors import RuleError
from workers.facts import NO, YES, Fact, fact_called
from workers.models import BulkEdit, BulkEditRow, Employment, Worker

State = BulkEdit.State
Outcome = BulkEditRow.Outcome
CERTAIN_ABOVE = 100  # rows from which on their number must be typed
BATCH = 2_000


@transaction.atomic
def draft_bulk_edit(*, workers: QuerySet, field: str, value: str, selection: str, by: User) -> BulkEdit:
    """Note whom a bulk edit would change, and what they have now; nothing is written to the roll yet.

    Only records among ``workers`` that the user may edit are taken. Raises RuleError by field, for nobody, and
    for more than BULK_EDIT_MAX people.
    """
    fact = fact_called(field)
    value = fact.cleaned(value)
    editable = Worker.objects.editable_by(by).filter(pk__in=workers.order_by().values("pk"))
    people = list(
        editable.order_by("pk").values_list("pk", "version", *([] if fact.of_job else [fact.name]))[
            : settings.BULK_EDIT_MAX + 1
        ]
    )
    _refuse_number(len(people))
    edit = BulkEdit.objects.create(field=field, value=value, selection=selection[:300], created_by=by)
    rows = _of_jobs(people, fact) if fact.of_job else _of_people(people, fact)
    made = [
        BulkEditRow(
            edit=edit,
            worker_id=pk,
            version=version,
            before=before,
            employment_id=job,
            outcome=_outcome(before, value, no_job=fact.of_job and job is None),
        )
        for pk, version, before, job in rows
    ]
    BulkEditRow.objects.bulk_create(made, batch_size=BATCH)
    return edit


@transaction.atomic
def confirm_bulk_edit(*, edit: BulkEdit, count: int | None, by: User, hint: bool = True) -> BulkEdit:
    """Queue the writing. Above CERTAIN_ABOVE rows their number must be typed. Raises RuleError."""
    edit = _locked(edit, by, State.DRAFT)
    pending = edit.rows.filter(outcome=Outcome.PENDING).count()
    if not pending:
        raise RuleError("没有需要修改的人：各人的值都已相同，或不能修改。")
    if pending > CERTAIN_ABOVE and count != pending:
        raise RuleError({"count": f"将修改 {pending} 人。请输入 {pending} 以确认。"})
    return _submit(edit, State.APPLYING, "workers.bulk_edit", "批量修改", by, hint=hint)


@transaction.atomic
def discard_bulk_edit(*, edit: BulkEdit, by: User) -> BulkEdit:
    """Give the draft up and forget whom it was about. Raises RuleError once it was confirmed."""
    edit = _locked(edit, by, State.DRAFT)
    edit.rows.all().delete()
    edit.state = State.DISCARDED
    edit.save(update_fields=["state"])
    return edit


@transaction.atomic
def request_bulk_undo(*, edit: BulkEdit, by: User, hint: bool = True) -> BulkEdit:
    """Queue the undo of a written edit. Raises RuleError when it is too late."""
    edit = _locked(edit, by, State.APPLIED)
    if not edit.can_be_undone:
        raise RuleError(f"已超过 {settings.UNDO_DAYS} 天的撤销期限，不能撤销。如需改回，请再做一次批量修改。")
    return _submit(edit, State.UNDOING, "workers.bulk_undo", "撤销批量修改", by, hint=hint)


def apply_bulk_edit(*, edit_id: int, by: User, finish) -> None:
    """Write the value to every row that nobody changed since the preview; the others are marked as skipped."""
    with finish() as result:
        edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
        if edit.state != State.APPLYING:
            return
        fact = fact_called(edit.field)
        pending = edit.rows.filter(outcome=Outcome.PENDING)
        _lock(pending)
        fresh = list(_untouched(pending, by, fact).values_list("pk", flat=True))
        pending.exclude(pk__in=fresh).update(outcome=Outcome.SKIPPED)
        edit.rows.filter(pk__in=fresh).update(outcome=Outcome.APPLIED, version=F("version") + 1)
        written = edit.rows.filter(outcome=Outcome.APPLIED)
        _write(written, fact, Value(fact.stored(edit.value), output_field=fact.field))
        edit.state, edit.applied_at = State.APPLIED, timezone.now()
        edit.save(update_fields=["state", "applied_at"])
        result.update(_counts(edit))
        _record(written, edit, fact, by, "workers.bulk_edit", back=False)


def undo_bulk_edit(*, edit_id: int, by: User, finish) -> None:
    """Give back what each row had before, where nobody edited since; the others are marked as kept."""
    with finish() as result:
        edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
        if edit.state != State.UNDOING:
            return
        fact = fact_called(edit.field)
        applied = edit.rows.filter(outcome=Outcome.APPLIED)
        _lock(applied)
        fresh = list(_untouched(applied, by, fact, value=edit.value).values_list("pk", flat=True))
        applied.exclude(pk__in=fresh).update(outcome=Outcome.KEPT)
        edit.rows.filter(pk__in=fresh).update(outcome=Outcome.REVERTED, version=F("version") + 1)
        reverted = edit.rows.filter(outcome=Outcome.REVERTED)
        _write(reverted, fact, _value_before(edit, fact))
        edit.state, edit.undone_at = State.UNDONE, timezone.now()
        edit.save(update_fields=["state", "undone_at"])
        result.update(_counts(edit))
        _record(reverted, edit, fact, by, "workers.bulk_undo", back=True)


def _refuse_number(people: int) -> None:
    if not people:
        raise RuleError("没有选中可以修改的人。请先在名册中勾选，或换一个条件。", code="nobody")
    if people > settings.BULK_EDIT_MAX:
        raise RuleError(
            f"一次最多修改 {settings.BULK_EDIT_MAX:,} 人，选中的人数超过了上限。请按工会或其他条件分几次修改。",
            code="too_many",
        )


def _of_people(people, fact: Fact):
    for pk, version, stored in people:
        yield pk, version, fact.text(stored), None


def _of_jobs(people, fact: Fact):
    """With the running job at today's main employer; None where there is none."""
    running = Employment.objects.on(timezone.localdate()).filter(
        employer=F("worker__employer"), worker__in=[pk for pk, *_ in people]
    )
    found = {worker: (job, text) for worker, job, text in running.values_list("worker", "pk", fact.name)}
    for pk, version in people:
        job, text = found.get(pk, (None, ""))
        yield pk, version, text, job


def _outcome(before: str, value: str, *, no_job: bool) -> str:
    if no_job:
        return Outcome.NO_JOB
    return Outcome.UNCHANGED if before == value else Outcome.PENDING


def _locked(edit: BulkEdit, by: User, state: str) -> BulkEdit:
    edit = BulkEdit.objects.select_for_update().get(pk=edit.pk)
    if edit.created_by_id != by.pk or not by.has_perm(Permission.EDIT_ROLL):
        raise PermissionDenied
    if edit.state != state:
        raise RuleError(f"这次批量修改现在处于“{edit.get_state_display()}”，请刷新页面。", code="state")
    return edit


def _submit(edit: BulkEdit, state: str, kind: str, verb: str, by: User, *, hint: bool) -> BulkEdit:
    edit.state = state
    edit.save(update_fields=["state"])
    jobs.submit(
        kind=kind,
        key=edit.job_key,
        args={"edit": edit.pk},
        title=f"{verb}：{fact_called(edit.field).title}",
        by=by,
        page_url=edit.get_absolute_url(),
        hint=hint,
    )
    return edit


def _lock(rows: QuerySet) -> None:
    """Hold the records in one order, so that two edits cannot wait for each other."""
    people = Worker.objects.filter(pk__in=rows.values("worker")).select_for_update().order_by("pk")
    list(people.values_list("pk", flat=True))


def _untouched(rows: QuerySet, by: User, fact: Fact, value: str | None = None) -> QuerySet:
    """Rows still inside the user's reach whose record, and job, are as they were seen.

    A job has no version: it must still run and hold what the preview saw (or, for an undo, ``value``).
    """
    fresh = rows.filter(
        worker__in=Worker.objects.editable_by(by).values("pk"),
        worker__version=F("version"),
    )
    if not fact.of_job:
        return fresh
    running = Employment.objects.on(timezone.localdate()).values("pk")
    held = F("before") if value is None else Value(value)
    return fresh.filter(employment__in=running, **{f"employment__{fact.name}": held})


def _write(rows: QuerySet, fact: Fact, value) -> None:
    now = timezone.now()
    people = Worker.objects.filter(pk__in=rows.values("worker"))
    stamp = {"version": F("version") + 1, "updated_at": now}
    if fact.of_job:
        Employment.objects.filter(pk__in=rows.values("employment")).update(**{fact.name: value})
        people.update(**stamp)
    else:
        people.update(**stamp, **{fact.name: value})


def _value_before(edit: BulkEdit, fact: Fact):
    row = edit.rows.filter(**{"employment" if fact.of_job else "worker": OuterRef("pk")})
    if not fact.is_flag:
        return Subquery(row.values("before")[:1])
    flag = Case(
        When(before=YES, then=Value(True)),
        When(before=NO, then=Value(False)),
        default=Value(None, output_field=BooleanField(null=True)),
        output_field=BooleanField(null=True),
    )
    return Subquery(row.annotate(flag=flag).values("flag")[:1])


def _counts(edit: BulkEdit) -> dict[str, int]:
    return {outcome: edit.rows.filter(outcome=outcome).count() for outcome in Outcome.values}


def _record(rows: QuerySet, edit: BulkEdit, fact: Fact, by: User, action: str, *, back: bool) -> None:
    """One audit entry per row; the database numbers and chains them as they come in."""
    after = fact.stored(edit.value)
    label = Worker._meta.label_lower
    found = rows.order_by("worker_id").values_list("worker", "worker__union", "before")
    entries = []
    for worker, union, text in found:
        before = fact.stored(text)
        change = [after, before] if back else [before, after]
        details = {"bulk_edit": edit.pk, "changes": {fact.name: change}}
        entries.append(
            AuditEntry(
                category=AuditEntry.Category.BUSINESS,
                action=action,
                actor=by,
                object_type=label,
                object_id=worker,
                union_id=union,
                details=details,
            )
        )
    AuditEntry.objects.bulk_create(entries, batch_size=BATCH)
