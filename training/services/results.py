"""Results of a class: who passed, when, with which score."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import Enrolment, TrainingClass
from training.rules.classes import RESULT_FIELDS, result_of
from unions.scoping import require_editable

STALE = "在您填写期间，这一行已被其他人修改。请核对最新内容后重新填写。"


@dataclass(frozen=True)
class Result:
    """What was filled in for one person, and the version of the row it was filled from."""

    version: str
    facts: Mapping


@transaction.atomic
def record_results(
    *, training_class: TrainingClass, results: Mapping[int, Result], by: User
) -> list[Enrolment]:
    """Write the results of people with a place (key of the enrolment → Result); returns the rows that changed.
    A blank satisfaction says nothing: the person may have given one meanwhile.

    All or nothing. Raises RuleError ``{key: messages}`` for the rows at fault, stale ones among them, and a plain one when
    the class takes no results.
    """
    found = TrainingClass.objects.select_for_update(of=("self",)).select_related("union")
    training_class = found.get(pk=training_class.pk)
    require_editable(training_class, by)
    if not training_class.takes_results:
        raise RuleError(f"班次现在是“{training_class.get_state_display()}”，不能登记结论。开课之后再登记。")
    rows = training_class.enrolments.enrolled().filter(pk__in=results)
    changed, before, faults = [], {}, {}
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        try:
            facts = result_of(results[row.pk].facts, training_class)
        except RuleError as error:
            faults[str(row.pk)] = error.messages
            continue
        old = {name: getattr(row, name) for name in RESULT_FIELDS}
        facts["satisfaction"] = _satisfaction(facts, row)
        if old == facts:
            continue
        if results[row.pk].version != str(row.version):
            faults[str(row.pk)] = [STALE]
            continue
        before[row.pk] = old
        for name, value in facts.items():
            setattr(row, name, value)
        row.version += 1
        changed.append(row)
    if faults:
        raise RuleError(faults)
    Enrolment.objects.bulk_update(changed, [*RESULT_FIELDS, "version"])
    if changed:
        _record(by, training_class, changed, before)
    return changed


def _satisfaction(facts: Mapping, row: Enrolment) -> int | None:
    """A blank one says nothing; who was not there has none."""
    says_nothing = facts["satisfaction"] is None and facts["result"] != Enrolment.Result.ABSENT
    return row.satisfaction if says_nothing else facts["satisfaction"]


def _record(by: User, training_class: TrainingClass, changed: list[Enrolment], before: dict) -> None:
    changes = [
        {"worker": row.worker_id, "before": before[row.pk]["result"], "after": row.result} for row in changed
    ]
    audit.record(by, "training.results", training_class, union_id=training_class.union_id, results=changes)
