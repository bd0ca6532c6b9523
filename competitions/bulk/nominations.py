"""The write path of the kind ``nominations``: drafts, and back, in a number of statements that grows with the selections
only. The rows have been compared and their selections and people locked in the same transaction."""

import datetime as dt
import json
from collections.abc import Iterable

from accounts import audit
from accounts.models import User
from competitions.matching.nominations import FACTS, MENDABLE, Row, rows_of
from competitions.models import Nomination, Selection
from competitions.rules.shares import facts_of_person
from core.exchange import Staged
from workers.models import Worker

BATCH = 2000
PLANS = """
SELECT r.id, r.number, r.target_id, (r.before -> 'plan' ->> 'id')::bigint, (r.before -> 'plan' -> 'set')::text,
       (r.before -> 'fields')::text
FROM {rows} r WHERE {of_run} AND r.verdict = 'changed' ORDER BY r.number
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('nomination', x.nomination, 'version', x.version)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, nomination bigint, version int)
"""
WRITTEN = """
SELECT f.row_id, r.number, (f.effects ->> 'nomination')::bigint, (f.effects ->> 'version')::int, r.verdict = 'new',
       (r.before -> 'fields')::text
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这条推荐已不存在")
KEPT = ("kept", "导入之后有人修改、提交、撤回或上传了附件，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User, today: dt.date) -> None:
    """Put the people of rows with verdict new forward as drafts, and mend those that are known."""
    done = [*_enter(staged, by, today), *_mend(staged, by)]
    found = [
        {"row_id": row, "person": one.worker_id, "nomination": one.pk, "version": one.version}
        for row, one in done
    ]
    staged.execute(DONE, found=json.dumps(found))


def _enter(staged: Staged, by: User, today: dt.date) -> Iterable[tuple[int, Nomination]]:
    rows = rows_of(staged, "new")
    people = Worker.objects.select_related("employer").defer("phone", "phone_index")
    people = people.in_bulk({row.person for row in rows})
    made = [_draft(row, people[row.person], by, today) for row in rows]
    Nomination.objects.bulk_create(made, BATCH)
    _tell(by, "competitions.nominate", made, staged)
    return zip((row.pk for row in rows), made, strict=True)


def _draft(row: Row, person: Worker, by: User, today: dt.date) -> Nomination:
    return Nomination(
        selection_id=row.selection, union_id=person.union_id, subject=Nomination.Subject.PERSON, worker=person,
        employer=person.employer, facts_on=today, entered_by=by, **facts_of_person(person),
        **{name: row.fields.get(name) or "" for name in FACTS},
    )  # fmt: skip


def _mend(staged: Staged, by: User) -> Iterable[tuple[int, Nomination]]:
    lines = staged.fetch(PLANS)
    stored = Nomination.objects.in_bulk([line[3] for line in lines])
    for *_, key, changes, _ in lines:
        _set(stored[key], json.loads(changes))
    mended = [stored[line[3]] for line in lines]
    Nomination.objects.bulk_update(mended, [*FACTS, "version"], BATCH)
    told = [
        _told(stored[key], staged, number, json.loads(changes)) for _, number, _, key, changes, _ in lines
    ]
    audit.record_each(by, "workers.import", told)
    return zip((line[0] for line in lines), mended, strict=True)


def revert(staged: Staged, *, by: User) -> None:
    """Take back drafts, and mend back what was mended, where nobody has touched them since; says of each row what
    became of it."""
    lines = staged.fetch(WRITTEN)
    keys = [line[2] for line in lines]
    held = Selection.objects.filter(pk__in=Nomination.objects.filter(pk__in=keys).values("selection"))
    list(held.select_for_update().order_by("pk").values_list("pk"))
    stored = Nomination.objects.select_for_update().in_bulk(keys)
    with_papers = set(
        Nomination.objects.filter(pk__in=keys).exclude(papers=None).values_list("pk", flat=True)
    )
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone, mended, told = [], [], []
    for row, number, key, version, is_new, was in lines:
        one = stored.get(key)
        is_same = one is not None and one.version == version and one.state in MENDABLE
        is_same = is_same and not (is_new and key in with_papers)
        outcomes.setdefault(GONE if one is None else REVERTED if is_same else KEPT, []).append(row)
        if is_same and is_new:
            gone.append(one)
        elif is_same:
            _set(one, json.loads(was))
            mended.append(one)
            told.append(_told(one, staged, number, json.loads(was)))
    Nomination.objects.bulk_update(mended, [*FACTS, "version"], BATCH)
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    audit.record_each(by, "workers.import_undo", told)
    _tell(by, "competitions.nominate_undo", gone, staged)
    Nomination.objects.filter(pk__in=[one.pk for one in gone]).delete()


def _set(row: Nomination, facts: dict) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1


def _told(row: Nomination, staged: Staged, number: int, facts: dict) -> tuple[Nomination, int, dict]:
    """What the trail says of a mended one (docs/adr/0017): which facts, not what they say; the trail forgets nobody."""
    details = {"import": staged.run_id, "row": number, "worker": row.worker_id, "fields": sorted(facts)}
    return row, row.union_id, details


def _tell(by: User, action: str, rows: list[Nomination], staged: Staged) -> None:
    """One entry for each selection, with the keys of the nominations and their people."""
    of_selections: dict[int, list[Nomination]] = {}
    for row in rows:
        of_selections.setdefault(row.selection_id, []).append(row)
    selections = Selection.objects.in_bulk(of_selections)
    for key, own in sorted(of_selections.items()):
        people = [row.worker_id for row in own]
        told = {"nominations": [row.pk for row in own], "workers": people, "import": staged.run_id}
        audit.record(by, action, selections[key], union_id=own[0].union_id, **told)
