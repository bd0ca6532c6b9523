"""Staged innovations against the roll and what is entered: whose they are, and whether they are known."""

import json
from dataclasses import dataclass

from competitions.models import Contributor, Innovation
from core.exchange import KNOWN, SKIP, Exchange, Staged
from workers.employment_matching import DECIDED, MISSING, OTHER_NAME
from workers.verdicts import MATCH, NOT_ON_ROLL, Decision, decided_line

LEFT = "此人已离会，不能登记。请核对证件号码。"
OTHER_LEAD = (
    "这个单位已登记同名、同日的成果，但登记在另一人名下。请核对姓名；是共同完成的，请在成果页面登记。"
)
OTHER_FACT = "这项成果已登记的与本行不同。请删去这一格，或在成果页面修改。"
TWICE = "与第 {number} 行是同一单位同名、同日的成果。请核对后只保留一行。"
SUMS = ("effect_yuan", "investment", "reward")
DAYS = ("begun_on", "adopted_on", "done_on")
TOLD = (
    *("department", "content", "effect", "level", "document_number", "patent_kind", "patent_number"),
    *("stage_reason", *DAYS, *SUMS),
)

# The unions under which innovations are looked for and entered: the way by which pages enter them as well.
LOCK = """
SELECT u.id FROM unions_union u WHERE u.id IN (
    SELECT w.union_id FROM {rows} r
    JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'person')::bytea
    JOIN workers_worker w ON w.id = d.worker_id WHERE {of_run}
) ORDER BY u.id FOR NO KEY UPDATE
"""
FOUND = """
SELECT r.number, r.id, r."values" ->> 'name', w.id, w.name, w.standing = 'left', w.union_id,
       CASE WHEN starts_with(c.path, u.path) THEN w.employer_id END, (r."values" -> 'fields')::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id JOIN unions_union u ON u.id = w.union_id
LEFT JOIN unions_employer e ON e.id = w.employer_id LEFT JOIN unions_union c ON c.id = e.union_id
WHERE {of_run} AND r.verdict = %(verdict)s ORDER BY r.number
"""
Place = tuple[int, int | None, str, str, str]  # union, firm, kind, title, the day it began


@dataclass(frozen=True)
class Row:
    """One staged row with the person it means."""

    number: int
    pk: int
    said_name: str
    person: int
    name: str
    has_left: bool
    union: int
    employer: int | None
    fields: dict

    @property
    def place(self) -> Place:
        """What tells the innovation from others (competitions_innovation_once)."""
        facts = self.fields
        return self.union, self.employer, facts["kind"], facts["title"], facts.get("begun_on") or ""


def rows_of(staged: Staged, verdict: str) -> list[Row]:
    """The staged rows of a verdict with their people, in the order of the sheet."""
    return [Row(*row[:-1], json.loads(row[-1])) for row in staged.fetch(FOUND, verdict=verdict)]


def lock(staged: Staged) -> None:
    """Lock the unions of the named people in one order."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines, in the order of the sheet."""
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MISSING, column=kind.column("number").column_name, unknown=NOT_ON_ROLL)
    rows = rows_of(staged, "changed")
    known, leads = _known(rows)
    found, seen = [], {}
    for row in rows:
        stored = known.get(row.place)
        if stored is None and row.place in seen:
            decision = _no("title", TWICE.format(number=seen[row.place]), "twice")
        else:
            decision = decide(row, stored, leads, rule=kind.rule)
        if decision.verdict == "new":
            seen[row.place] = row.number
        found.append(decided_line(row.number, decision, kind, row.fields | {"name": row.said_name}))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def decide(row: Row, stored: Innovation | None, leads: dict[int, int], *, rule: str) -> Decision:
    """What a row does; ``stored`` is the known innovation of its place, ``leads`` the authors by innovation."""
    if row.said_name != row.name:
        return _no("name", OTHER_NAME.format(name=row.name), "differs")
    if row.has_left:
        return _no("number", LEFT, "left")
    if stored is None:
        return Decision("new")
    if rule == SKIP:
        return Decision("skipped", None, KNOWN, "title", "known", "note")
    if leads.get(stored.pk) != row.person:
        return _no("title", OTHER_LEAD, "other_lead")
    facts = facts_of(stored)
    for name in TOLD:
        if row.fields.get(name) not in (None, "") and row.fields[name] != facts[name]:
            return _no(name, OTHER_FACT, "differs")
    return Decision("unchanged")


def facts_of(stored: Innovation) -> dict[str, str]:
    """The facts of a known innovation as a staged row holds them."""
    found = {name: getattr(stored, name) for name in TOLD}
    for name in DAYS:
        found[name] = found[name].isoformat() if found[name] else ""
    for name in SUMS:
        found[name] = "" if found[name] is None else str(found[name])
    return found


def _known(rows: list[Row]) -> tuple[dict[Place, Innovation], dict[int, int]]:
    stored = Innovation.objects.filter(
        union__in={row.union for row in rows}, title__in={row.fields["title"] for row in rows}
    ).exclude(stage=Innovation.Stage.DROPPED)
    known = {
        (
            one.union_id,
            one.employer_id,
            one.kind,
            one.title,
            one.begun_on.isoformat() if one.begun_on else "",
        ): one
        for one in stored
    }
    leads = Contributor.objects.filter(innovation__in=stored, role=Contributor.Role.LEAD)
    return known, dict(leads.values_list("innovation", "worker"))


def _no(column: str, text: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)
