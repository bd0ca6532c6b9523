"""Staged nominations against the roll and the selections: who is meant, who is put forward already, and who finds a
place among those of the union.

Places are given over all rows of a file at once, in their order, also when one row was put right. A draft takes up a
place here, so that a file never brings more than may be submitted.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple

from competitions.matching.people import find_people
from competitions.models import Nomination, Selection
from competitions.querysets.nominations import STANDING, UNDECIDED
from competitions.rules import nominating
from competitions.rules.nominating import Quota
from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from workers.employment_matching import DECIDED, OTHER_NAME
from workers.models import Worker
from workers.verdicts import Decision, decided_line

FACTS = ("position", "job", "reason", "merits")
MENDABLE = (Nomination.State.DRAFT, Nomination.State.RETURNED)
OUTSIDE = "此人不在主办工会范围内，不能在这次评选中推荐。请核对推荐评选。"
LEFT = "此人已离会，不能推荐。请核对证件号码。"
GIVEN = "此人的推荐现为“{state}”，不能用表格修改。请删去这一行；要改的请在推荐页面撤回后重新推荐。"
FULL = "{union}名额 {places} 个，已用 {used} 个（含草稿、退回和本表前面的行）。请减少人选或撤回草稿，需增加名额的请联系{holder}。"

LOCK = """
SELECT s.id FROM competitions_selection s
WHERE s.id IN (SELECT (r."values" ->> 'selection')::bigint FROM {rows} r WHERE {of_run}) ORDER BY s.id FOR UPDATE
"""
FOUND = """
SELECT r.id, r.number, r."values" ->> 'name', r.target_id, (r."values" ->> 'selection')::bigint,
       (r."values" -> 'fields')::text
FROM {rows} r WHERE {of_run} AND r.verdict = %(verdict)s ORDER BY r.number
"""


class Row(NamedTuple):
    """One staged row with the keys of the person and the selection it means."""

    pk: int
    number: int
    said_name: str
    person: int
    selection: int
    fields: dict


def rows_of(staged: Staged, verdict: str) -> list[Row]:
    """The rows with this verdict that name a person and a selection, in the order of the sheet."""
    return [Row(*row[:-1], json.loads(row[-1])) for row in staged.fetch(FOUND, verdict=verdict)]


def lock(staged: Staged) -> None:
    """Lock the named selections in one order; nobody is put forward, submitted or decided about meanwhile."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines, in the order of the sheet: the first ones get the places that are free."""
    staged = find_people(staged, kind)
    rows = rows_of(staged, "changed")
    known = Known.of(rows, kind)
    found = [known.line(row, known.decide(row)) for row in rows]
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


@dataclass
class Known:
    """What the rows are held against; read in a number of queries that grows with the selections only."""

    kind: Exchange
    selections: dict[int, Selection]
    kept: set[int]
    people: dict[int, Worker]
    stored: dict[tuple[int, int], Nomination]
    quotas: dict[int, Quota]

    @classmethod
    def of(cls, rows: list[Row], kind: Exchange) -> "Known":
        """As things are now."""
        selections = Selection.objects.select_related("union").in_bulk({row.selection for row in rows})
        people = Worker.objects.select_related("union").defer("phone", "phone_index")
        people = people.in_bulk({row.person for row in rows})
        kept = Selection.objects.editable_by(kind.by).filter(pk__in=selections)
        undecided = Nomination.objects.filter(
            selection__in=selections, worker__in=people, state__in=UNDECIDED
        )
        quotas = {
            key: Quota.of(one, one.nominations.filter(state__in=[*MENDABLE, *STANDING]))
            for key, one in selections.items()
        }
        return cls(
            kind,
            selections,
            set(kept.values_list("pk", flat=True)),
            people,
            {(row.selection_id, row.worker_id): row for row in undecided},
            quotas,
        )

    def decide(self, row: Row) -> Decision:
        """What the row does; takes the place that it needs."""
        selection, person = self.selections[row.selection], self.people[row.person]
        if row.said_name != person.name:
            return _refused(OTHER_NAME.format(name=person.name), "name", "differs")
        if stored := self.stored.get((row.selection, row.person)):
            return self._against(row, stored, selection)
        if closed := self._closed(selection):
            return _refused(f"{closed}。", "selection", "closed")
        if barred := nominating.barred_because(selection, person):
            outside = barred == nominating.OUTSIDE
            return _refused(OUTSIDE, "selection", "outside") if outside else _refused(LEFT, "number", "left")
        quota = self.quotas[row.selection]
        if not quota.take(person.union_id):
            said = {"union": person.union.name, "holder": selection.union.name}
            said |= {"places": quota.places(person.union_id), "used": quota.used[person.union_id]}
            return _refused(FULL.format(**said), "selection", "full")
        return Decision("new")

    def _against(self, row: Row, stored: Nomination, selection: Selection) -> Decision:
        """A row about somebody who stands in the selection; a cell that says nothing differs from nothing."""
        if self.kind.rule == SKIP:
            return Decision("skipped", None, KNOWN, "name", "known", "note")
        changes = {name: row.fields[name] for name in FACTS if row.fields.get(name)}
        changes = {name: said for name, said in changes.items() if getattr(stored, name) != said}
        if self.kind.rule == FILL:
            changes = {name: said for name, said in changes.items() if not getattr(stored, name)}
        if not changes:
            return Decision("unchanged")
        if stored.state not in MENDABLE:
            return _refused(GIVEN.format(state=stored.get_state_display()), "name", "given")
        if closed := self._closed(selection):
            return _refused(f"{closed}。", "selection", "closed")
        return Decision("changed", changes)

    def _closed(self, selection: Selection) -> str:
        late = nominating.late_because(selection, self.kind.today, keeps=selection.pk in self.kept)
        return nominating.closed_because(selection) or late

    def line(self, row: Row, decision: Decision) -> dict:
        """A decision as the statement that writes verdicts reads it, with what is to be remembered of the known one."""
        selection = self.selections[row.selection]
        said = row.fields | {"name": row.said_name, "selection": selection.title}
        line = decided_line(row.number, decision, self.kind, said)
        stored = self.stored.get((row.selection, row.person))
        if stored and decision.verdict in ("changed", "unchanged"):
            changes = decision.changes or {}
            was = {name: getattr(stored, name) for name in changes}
            line["before"] = {"fields": was, "plan": {"id": stored.pk, "set": changes}}
        return line


def _refused(text: str, column: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)
