"""The write path of the kinds ``honours`` and ``collective_honours``: rows into the tables and back, in a number of
statements that does not grow with the rows. They have been compared under locks in the same transaction."""

import datetime as dt
import json
from collections.abc import Iterable

from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.matching.honour_changes import DECISION, Register, facts_of, same, typed
from competitions.models import CollectiveHonour, Honour, Recognition
from competitions.rules.honours import FACTS
from core.exchange import Staged
from workers.models import Worker

BATCH = 2000
WRITES = [*FACTS, "state", "decided_by", "decided_at", "decision_note", "version", "updated_at"]
UNDECIDED = {
    "state": Recognition.State.ENTERED,
    "decided_by_id": None,
    "decided_at": None,
    "decision_note": "",
}
PEOPLE = """
SELECT r.id, r.target_id, (r."values" -> 'fields')::text
FROM {rows} r WHERE {of_run} AND r.verdict = 'new' ORDER BY r.number
"""
COLLECTIVES = """
SELECT r.id, (r."values" -> 'holder' ->> 'union')::bigint, (r."values" -> 'holder' ->> 'team')::bigint,
       (r."values" -> 'holder' ->> 'employer')::bigint, (r."values" -> 'fields')::text
FROM {rows} r WHERE {of_run} AND r.verdict = 'new' ORDER BY r.number
"""
PLANS = """
SELECT r.id, r.number, r.target_id, (r.before -> 'plan' ->> 'id')::bigint, (r.before -> 'plan' -> 'set')::text
FROM {rows} r WHERE {of_run} AND r.verdict = 'changed' ORDER BY r.number
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.target, 'applied', '', jsonb_build_object('honour', x.honour, 'version', x.version)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, target bigint, honour bigint, version int)
"""
WRITTEN = """
SELECT f.row_id, r.number, (f.effects ->> 'honour')::bigint, coalesce((f.effects ->> 'version')::int, 1),
       (r.before -> 'fields')::text, (r.before -> 'plan' -> 'decided')::text
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这项荣誉已不存在")
KEPT = ("kept", "导入之后有人修改、核实或上传了附件，保留现状")
TAKEN = ("kept", "导入之后另登记了同一年度的这种荣誉，不能改回原来的年度")
REVERTED = ("reverted", "")
Done = Iterable[tuple[int, int, Recognition]]  # staged row, target, honour


def write(staged: Staged, *, by: User) -> None:
    """Enter the honours of people, each where the person is today, and correct known ones; they wait for the town."""
    lines = staged.fetch(PEOPLE)
    unions = dict(Worker.objects.filter(pk__in=[line[1] for line in lines]).values_list("pk", "union"))
    rows = [
        Honour(worker_id=person, union_id=unions[person], entered_by=by, **_filled(fields))
        for _, person, fields in lines
    ]
    Honour.objects.bulk_create(rows, BATCH)
    entered = [(line[0], line[1], row) for line, row in zip(lines, rows, strict=True)]
    _tell_done(staged, [*entered, *_correct(staged, Honour, by)])


def write_collective(staged: Staged, *, by: User) -> None:
    """Enter the honours of collectives, and correct known ones; they wait for the town."""
    lines = staged.fetch(COLLECTIVES)
    rows = [
        CollectiveHonour(union_id=union, team_id=team, employer_id=employer, entered_by=by, **_filled(fields))
        for _, union, team, employer, fields in lines
    ]
    CollectiveHonour.objects.bulk_create(rows, BATCH)
    entered = [(line[0], row.pk, row) for line, row in zip(lines, rows, strict=True)]
    _tell_done(staged, [*entered, *_correct(staged, CollectiveHonour, by)])


def revert(staged: Staged, model, *, by: User) -> None:
    """Take back the rows of ``model`` that were entered, and give corrected ones their old facts and decision, where
    nobody has touched them since; says of each row what became of it."""
    lines = staged.fetch(WRITTEN)
    keys = [line[2] for line in lines]
    stored = model.objects.select_for_update().in_bulk(keys)
    with_papers = set(model.objects.filter(pk__in=keys).exclude(papers=None).values_list("pk", flat=True))
    places = _Places(model, stored.values())
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone, corrected, told = [], [], []
    for row, number, key, version, was, decided in lines:
        honour = stored.get(key)
        is_same = honour is not None and honour.version == version
        if is_same and was is None and key not in with_papers:
            outcome, _ = REVERTED, gone.append(key)
        elif is_same and was is not None:
            old = typed(json.loads(was))
            outcome = REVERTED if places.give_back(honour, old) else TAKEN
            if outcome is REVERTED:
                told.append(_told(honour, staged, number, _set(honour, old, _decided(decided))))
                corrected.append(honour)
        else:
            outcome = GONE if honour is None else KEPT
        outcomes.setdefault(outcome, []).append(row)
    model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_update(corrected, WRITES, BATCH)
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    audit.record_each(by, "workers.import_undo", told)


class _Places:
    """The kinds and years of the honours of some holders: no two of one holder are alike."""

    def __init__(self, model, rows: Iterable[Recognition]):
        held = {}
        for row in rows:
            held.setdefault(Register.holder(row)[0], set()).add(Register.holder(row)[1])
        found = model.objects.none()
        for name, keys in held.items():
            found = found | model.objects.filter(**{f"{name}__in": keys})
        standing = found.exclude(state=Recognition.State.REFUSED)
        self.taken = {(Register.holder(row), same(facts_of(row))): row.pk for row in standing}

    def give_back(self, honour: Recognition, facts: dict) -> bool:
        """Take the place that the honour would have with these facts; False when another has it."""
        key = Register.holder(honour), same(facts_of(honour) | facts)
        return self.taken.setdefault(key, honour.pk) == honour.pk


def _correct(staged: Staged, model, by: User) -> Done:
    lines = staged.fetch(PLANS)
    stored = model.objects.in_bulk([line[3] for line in lines])
    told = []
    for _, number, _, key, changes in lines:
        changed = _set(stored[key], typed(json.loads(changes)), UNDECIDED)
        told.append(_told(stored[key], staged, number, changed))
    model.objects.bulk_update([stored[line[3]] for line in lines], WRITES, BATCH)
    audit.record_each(by, "workers.import", told)
    return [(line[0], line[2], stored[line[3]]) for line in lines]


def _filled(fields: str) -> dict:
    """The facts of a new honour: what a cell did not say is left as it begins."""
    return {name: value for name, value in typed(json.loads(fields)).items() if value is not None}


def _set(row: Recognition, facts: dict, decided: dict) -> dict[str, list]:
    """Put facts and decision on the row; returns the facts that differ, before and after, as the trail holds them."""
    before = facts_of(row)
    for name, value in (facts | decided).items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = timezone.now()
    after = facts_of(row)
    return {name: [before[name], after[name]] for name in FACTS if before[name] != after[name]}


def _decided(text: str) -> dict:
    """What the town had decided, as the table holds it."""
    found = json.loads(text)
    at = found["decided_at"]
    return {name: found[name] for name in DECISION} | {"decided_at": at and dt.datetime.fromisoformat(at)}


def _told(row: Recognition, staged: Staged, number: int, changes: dict) -> tuple[Recognition, int, dict]:
    """What the trail says of one that a row changed (docs/adr/0017); a person by key only."""
    details = {"import": staged.run_id, "row": number, "changes": changes}
    if isinstance(row, Honour):
        details["worker"] = row.worker_id
    return row, row.union_id, details


def _tell_done(staged: Staged, done: Done) -> None:
    found = [
        {"row_id": row, "target": target, "honour": honour.pk, "version": honour.version}
        for row, target, honour in done
    ]
    staged.execute(DONE, found=json.dumps(found))
