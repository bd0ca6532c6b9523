"""What a checked run does with known records and with hidden rows: chosen again, and compared again."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from exchange import checking
from exchange.models import ImportRun
from exchange.services.states import State, forget_marks, locked, require_kind, submit


@transaction.atomic
def set_options(
    *, run: ImportRun, rule: str, is_full_list: bool, skip_hidden: bool, by: User, hint: bool = True
) -> ImportRun:
    """Set the match rule and what the file is, and queue what follows from it: rows keep what was read from them
    and are compared anew; only another ``skip_hidden`` reads the file again. Raises RuleError."""
    require_kind(run, by)
    run = locked(run, by, State.CHECKED)
    if rule not in ImportRun.Rule.values:
        raise RuleError("请选择遇到已有记录时怎么办。")
    if is_full_list and (reason := run.kind_class.refuse_full_list(run.union)):
        raise RuleError(reason, code="full_list")
    wanted = {"rule": rule, "is_full_list": is_full_list, "skip_hidden": skip_hidden}
    changed = [name for name, value in wanted.items() if getattr(run, name) != value]
    if not changed:
        return run
    forget_marks(run)
    for name, value in wanted.items():
        setattr(run, name, value)
    if "skip_hidden" in changed:
        submit(run, State.UPLOADED, "exchange.check", "核对", by, hint=hint)
    else:
        submit(run, State.CHECKING, "exchange.compare", "重新比对", by, hint=hint)
    audit.record(by, "exchange.options", run, union_id=run.union_id, **wanted)
    return run


def compare(*, run_id: int, progress, finish) -> None:
    """Decide the rows of a run anew by its options; what stands in them stays as it was read or mended."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state != State.CHECKING:
        return
    progress(0, run.rows, "正在与名册比对")
    with finish() as result:
        kind = checking.kind_for(run)
        kind.prepare(run.header["positions"])
        checking.compare_anew(run, kind)
        run.state, run.checked_at = State.CHECKED, timezone.now()
        run.save()
        result.update(run.counts, rows=run.rows)
