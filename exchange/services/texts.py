"""A person says what unknown texts of coded columns mean (写法)."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.exchange import Column, Exchange
from exchange import checking, staging
from exchange.mapping import holds_numbers
from exchange.models import ImportRun, TextMemory
from exchange.services.states import State, forget_marks, locked, require_kind, submit
from exchange.texts import affected_rows, cured_codes, key_of, spelled

AT_ONCE = 2_000  # rows that are checked again inside the request
SLICE = 2_000


@transaction.atomic
def map_texts(
    *, run: ImportRun, pairs: Iterable[tuple[str, str, str]], remember: bool, by: User, hint: bool = True
) -> int | None:
    """Say what texts mean in the run's file: (attribute, text, value or its label). Rows that hold them are
    checked again at once, more than AT_ONCE by a job.

    With ``remember`` later files of the union are read the same way. Returns how many rows were checked again,
    None when a job does it. Raises RuleError.
    """
    require_kind(run, by)
    run = locked(run, by, State.CHECKED)
    kind = checking.kind_for(run, by)
    kind.prepare(run.header["positions"])
    meanings = _meanings(kind, pairs)
    if not meanings:
        raise RuleError("还没有选择任何写法的含义。请在“含义”一栏选择后再提交。")
    texts = run.layout.setdefault("texts", {})
    for attribute, _, key, value in meanings:
        texts.setdefault(attribute, {})[key] = value
    if remember:
        _remember(run, meanings, by)
    run.save(update_fields=["layout"])
    numbers = _rows_to_check(run, kind, meanings)
    audit.record(
        by, "exchange.texts", run, union_id=run.union_id, texts=len(meanings), rows=len(numbers),
        columns=sorted({attribute for attribute, *_ in meanings}), remembered=remember,
    )  # fmt: skip
    if len(numbers) > AT_ONCE:
        submit(run, State.CHECKING, "exchange.recheck", "重新核对", by, hint=hint)
        return None
    _check_again(run, numbers)
    run.save(update_fields=staging.COUNT_FIELDS)
    return len(numbers)


def recheck(*, run_id: int, progress, finish) -> None:
    """Check the rows again whose texts have been explained since; in one transaction."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state != State.CHECKING:
        return
    kind = checking.kind_for(run)
    kind.prepare(run.header["positions"])
    said = run.layout.get("texts", {})
    meanings = [(name, "", key, value) for name, texts in said.items() for key, value in texts.items()]
    numbers = _rows_to_check(run, kind, meanings)
    progress(0, len(numbers), f"正在重新核对 {len(numbers)} 行")
    with finish() as result:
        _check_again(run, numbers)
        run.state, run.error, run.checked_at = State.CHECKED, "", timezone.now()
        run.save()
        result.update(run.counts, rows=run.rows, error="")


def _meanings(kind: Exchange, pairs) -> list[tuple[str, str, str, str]]:
    """(attribute, text, key, value) of what was really chosen."""
    found, values = [], {}
    for attribute, text, meaning in pairs:
        if not meaning.strip():
            continue
        column = kind.learning.get(attribute)
        if column is None:
            raise RuleError("这份表格没有要对应的列。请刷新页面。")
        if attribute not in values:
            values[attribute] = column.widget.options()
        key = key_of(column, text)
        value = _value(column, values[attribute], text, meaning)
        if not key or holds_numbers([text]):
            raise RuleError(f"{column.column_name}“{column.shown(text)[:20]}”不能对应。请在表格中改正。")
        found.append((attribute, text.strip()[:100], key[:100], value))
    return found


def _value(column: Column, options: list[tuple[str, str]], text: str, meaning: str) -> str:
    """The value of an option, by itself or by its label."""
    wanted = key_of(column, meaning)
    for value, label in options:
        if meaning == value or (wanted and key_of(column, label) == wanted):
            return value
    raise RuleError(
        f"{column.column_name}“{text[:40]}”：“{meaning[:40]}”不在可选值中。请从列表中选择一个。",
        code="option",
    )


def _rows_to_check(run: ImportRun, kind: Exchange, meanings) -> list[int]:
    keys = defaultdict(set)
    spellings = []
    for attribute, text, key, _ in meanings:
        keys[attribute].add(key)
        spellings += [(code, text) for code in cured_codes(attribute, kind.learning[attribute]) if text]
    for attribute, unknown in spelled(run, kind).items():
        column = kind.column(attribute)
        for text in unknown:
            if key_of(column, text.text)[:100] in keys[attribute]:
                spellings += text.spellings
    return affected_rows(run, spellings)


def _check_again(run: ImportRun, numbers: list[int]) -> None:
    forget_marks(run)
    for start in range(0, len(numbers), SLICE):
        checking.check_rows(run, {number: {} for number in numbers[start : start + SLICE]})


def _remember(run: ImportRun, meanings, by: User) -> None:
    now = timezone.now()
    memories = {
        (attribute, key): TextMemory(
            kind=run.kind, union=run.union, attribute=attribute, text=text, key=key, value=value,
            updated_by=by, updated_at=now,
        )
        for attribute, text, key, value in meanings
    }  # fmt: skip
    TextMemory.objects.bulk_create(
        memories.values(),
        update_conflicts=True,
        unique_fields=["kind", "union", "attribute", "key"],
        update_fields=["text", "value", "updated_by", "updated_at"],
    )
