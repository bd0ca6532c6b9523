"""The write path of the kind ``entries``: entries with their people, and back, in a number of statements that grows
with the events only. The rows have been compared and their events and people locked in the same transaction."""

import json

from accounts.models import User
from competitions.matching.entries import Row, rows_of
from competitions.models import Entrant, Entry, Event
from competitions.services.entering import Group, make_entries, record_entries
from core.exchange import Staged
from workers.models import Worker

DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('entry', x.entry, 'version', x.version)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, entry bigint, version int)
"""
WRITTEN = """
SELECT f.row_id, (f.effects ->> 'entry')::bigint, (f.effects ->> 'version')::int
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这项报名已不存在")
KEPT = ("kept", "导入之后已审核、退赛或替换过人，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Enter the people of rows with verdict new, those of one team together."""
    rows = rows_of(staged, "new")
    unions = dict(Worker.objects.filter(pk__in={row.person for row in rows}).values_list("pk", "union"))
    events = Event.objects.select_related("contest__union").in_bulk({row.event for row in rows})
    done = []
    for key, event in sorted(events.items()):
        own = list(_teams([row for row in rows if row.event == key], unions, is_team=event.is_team))
        groups = [_group(members, unions) for members in own]
        entries = make_entries(event, groups, by)
        done += [
            {"row_id": row.pk, "person": row.person, "entry": entry.pk, "version": entry.version}
            for members, entry in zip(own, entries, strict=True)
            for row in members
        ]
        keys = [person for group in groups for person in group.people]
        record_entries(
            by,
            "competitions.enter",
            event,
            entries=[entry.pk for entry in entries],
            workers=keys,
            **{"import": staged.run_id},
        )
    staged.execute(DONE, found=json.dumps(done))


def _teams(rows: list[Row], unions: dict[int, int], *, is_team: bool):
    if not is_team:
        return ([row] for row in rows)
    teams: dict[tuple, list[Row]] = {}
    for row in rows:
        teams.setdefault((unions[row.person], row.team), []).append(row)
    return teams.values()


def _group(rows: list[Row], unions: dict[int, int]) -> Group:
    remark = next((row.remark for row in rows if row.remark), "")
    return Group(unions[rows[0].person], [row.person for row in rows], rows[0].team, remark)


def revert(staged: Staged, *, by: User) -> None:
    """Take back the entries that nobody has decided upon or changed since; says of each row what became of it."""
    lines = staged.fetch(WRITTEN)
    keys = {line[1] for line in lines}
    of_run = Event.objects.filter(pk__in=Entry.objects.filter(pk__in=keys).values("event"))
    events = {event.pk: event for event in of_run.select_for_update().order_by("pk")}
    stored = Entry.objects.select_for_update().in_bulk(keys)
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone = set()
    for row, key, version in lines:
        entry = stored.get(key)
        is_same = entry and entry.version == version and entry.state == Entry.State.SUBMITTED
        outcome = GONE if entry is None else REVERTED if is_same else KEPT
        outcomes.setdefault(outcome, []).append(row)
        gone |= {key} if is_same else set()
    Entrant.objects.filter(entry__in=gone).delete()
    Entry.objects.filter(pk__in=gone).delete()
    for (outcome, reason), ids in outcomes.items():
        staged.execute(OUTCOME, ids=ids, outcome=outcome, reason=reason)
    for key, event in events.items():
        own = sorted(pk for pk in gone if stored[pk].event_id == key)
        if own:
            record_entries(by, "competitions.enter_undo", event, entries=own, **{"import": staged.run_id})
