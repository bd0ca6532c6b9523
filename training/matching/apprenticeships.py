"""Staged apprenticeships against the roll and the known pairs: who is meant, and what a row does."""

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import dataclass

from core.codes import number_if_set
from core.exchange import KNOWN, SKIP, UPDATE, Exchange, Staged
from training.models import Apprenticeship
from training.rules.apprentices import MOST
from workers.employment_matching import DECIDED, MISSING, OTHER_NAME
from workers.verdicts import MATCH, NOT_ON_ROLL, Decision, decided_line

NO_MASTER = (
    "名册中没有这位师傅，或者不在您办理的范围内。请核对师傅证件号码；师傅在其他工会的，由镇总工会报送。"
)
LEFT = "此人已离会，不能再登记。请核对证件号码。"
OPEN = (
    "这对师徒已登记（{start} 至 {until}），内容与本行不同。要更正的请在师带徒页面修改；已结束的请先登记结果。"
)
OVERLAPS = "这对师徒已登记过 {start} 至 {end}，与本行日期重叠。请核对开始日期。"
FULL = "这位师傅已带 {load} 名徒弟（含本表前面各行），规定最多 {most:.0f} 名。请核对。"
FACTS = ("trade", "goal_level", "goal", "signed_on", "start", "until")
DAYS = ("signed_on", "start", "until")

LOCK = """
SELECT w.id FROM workers_worker w WHERE w.id IN (
    SELECT d.worker_id FROM {rows} r JOIN workers_identitydocument d
    ON d.number_index IN ((r."values" ->> 'person')::bytea, (r."values" ->> 'master')::bytea) WHERE {of_run}
) ORDER BY w.id FOR UPDATE
"""
FOUND = """
SELECT r.number, r.id, r."values" ->> 'name', w.id, w.name, w.standing = 'left', w.union_id,
       m.id, m.name, m.standing = 'left', (r."values" -> 'fields')::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id
LEFT JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'master')::bytea
LEFT JOIN workers_worker m ON m.id = d.worker_id AND m.union_id = ANY(%(unions)s)
WHERE {of_run} AND r.verdict = %(verdict)s ORDER BY r.number
"""


@dataclass(frozen=True)
class Row:
    """One staged row with the people it means; ``master`` None: nobody in reach."""

    number: int
    pk: int
    said_name: str
    apprentice: int
    apprentice_name: str
    apprentice_left: bool
    union: int
    master: int | None
    master_name: str | None
    master_left: bool | None
    fields: dict

    @property
    def facts(self) -> dict:
        """What the agreement says, as the table holds it."""
        found = {name: self.fields.get(name) or "" for name in FACTS}
        return found | {name: dt.date.fromisoformat(self.fields[name]) for name in DAYS}


def rows_of(staged: Staged, verdict: str, unions: list[int]) -> list[Row]:
    """The staged rows of a verdict with their people, in the order of the sheet; masters of these unions only."""
    found = staged.fetch(FOUND, verdict=verdict, unions=unions)
    return [Row(*row[:-1], json.loads(row[-1])) for row in found]


def lock(staged: Staged) -> None:
    """Lock apprentices and masters in one order."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines, in the order of the sheet."""
    column = kind.column("number").column_name
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MISSING, column=column, unknown=NOT_ON_ROLL)
    rows = rows_of(staged, "changed", kind.master_unions)
    masters = {row.master for row in rows if row.master}
    known = defaultdict(list)
    pairs = Apprenticeship.objects.filter(master__in=masters, apprentice__in={row.apprentice for row in rows})
    for pair in pairs.order_by("start", "pk"):
        known[pair.master_id, pair.apprentice_id].append(pair)
    in_force = Apprenticeship.objects.in_force(kind.today).filter(master__in=masters).order_by()
    loads = Counter(in_force.values_list("master", flat=True))
    most, found = number_if_set(MOST, on=kind.today), []
    for row in rows:
        decision = decide(row, known[row.master, row.apprentice], rule=kind.rule)
        if decision.verdict == "new" and row.facts["start"] <= kind.today <= row.facts["until"]:
            if most is not None and loads[row.master] >= most:
                decision = _no("master_name", FULL.format(load=loads[row.master], most=most), "full")
            else:
                loads[row.master] += 1
        found.append(decided_line(row.number, decision, kind, row.fields | {"name": row.said_name}))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def decide(row: Row, known: list[Apprenticeship], *, rule: str) -> Decision:
    """What a row does; ``known`` are the pairs of the same two."""
    if row.said_name != row.apprentice_name:
        return _no("name", OTHER_NAME.format(name=row.apprentice_name), "differs")
    if row.master is None:
        return _no("master_number", NO_MASTER, "unknown")
    if row.fields["master_name"] != row.master_name:
        return _no("master_name", OTHER_NAME.format(name=row.master_name), "differs")
    if row.apprentice_left or row.master_left:
        return _no("number" if row.apprentice_left else "master_number", LEFT, "left")
    running = next((pair for pair in known if pair.end is None), None)
    if running and rule == SKIP:
        return Decision("skipped", None, KNOWN, "number", "known", "note")
    if running:
        differs = {name: getattr(running, name) for name in FACTS} != row.facts
        if differs and rule == UPDATE:
            return _no("start", OPEN.format(start=running.start, until=running.until), "known")
        return Decision("unchanged")
    clash = next((pair for pair in known if pair.end > pair.start and row.facts["start"] < pair.end), None)
    if clash:
        return _no("start", OVERLAPS.format(start=clash.start, end=clash.end), "overlaps")
    return Decision("new")


def _no(column: str, text: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)
