"""What a staged honour does to a recorded one: whether there is one, what changes, and what cannot be.

A recorded honour is known by its holder, its kind and its year (其他荣誉 also by its title), as the constraints have it;
where the year differs, by holder, kind and number of the document, so that a wrong year can be mended. What is changed
waits for the town anew.
"""

import datetime as dt
from dataclasses import dataclass, field

from competitions.models import Honour, Recognition
from competitions.rules.honours import FACTS, KEEPS_DOCUMENT, day_faults, granted
from core.exchange import FILL, KNOWN, SKIP, Exchange
from workers.verdicts import Decision

DAYS = ("awarded_on", "valid_until", "recheck_on")
DECISION = ("state", "decided_by_id", "decided_at", "decision_note")
BORN = "授予日期不晚于出生日期。请对照文件核对。"
FOUNDED = "班组 {day} 才成立，授予日期不能更早。请对照文件核对。"
RECHECKED = "授予日期晚于已登记的复核日期 {day}。请对照文件核对。"
REVOKED = "这项荣誉已于 {day} 撤销，不能再修改。请删去这一行。"
TAKEN = "同一年度的这种荣誉已另有登记，不能改成这一年度。请对照文件核对。"
TWICE = "与第 {number} 行是同一项荣誉。请核对后只保留一行。"
OTHER = "OTHER"  # 其他荣誉: kinds of their own, told apart by title


@dataclass
class Said:
    """What a row says: facts, of which the ``implied`` were not in a cell; ``keyed``: the honour its row key names."""

    number: int
    holder: tuple[str, int] | None
    fields: dict
    implied: list[str] = field(default_factory=list)
    keyed: int | None = None
    born: dt.date | None = None
    founded: dt.date | None = None


def same(fields: dict) -> tuple:
    """What tells honours of one holder apart, as the constraints do: the title counts for 其他荣誉 only."""
    return fields["type"], fields["year"], fields["title"] if fields["type"] == OTHER else ""


def facts_of(row: Recognition) -> dict:
    """The facts of a row as JSON holds them."""
    found = {name: getattr(row, name) for name in FACTS}
    return found | {name: found[name].isoformat() if found[name] else None for name in DAYS}


def decision_of(row: Recognition) -> dict:
    """What the town decided about a row as JSON holds it."""
    found = {name: getattr(row, name) for name in DECISION}
    return found | {"decided_at": row.decided_at.isoformat() if row.decided_at else None}


def typed(fields: dict) -> dict:
    """Staged facts as the table holds them; an emptied day is none."""
    days = {name: fields[name] for name in DAYS if name in fields}
    days = {name: dt.date.fromisoformat(day) if day else None for name, day in days.items()}
    return {name: fields[name] for name in FACTS if name in fields and name not in DAYS} | days


@dataclass
class Register:
    """The recorded honours that rows are held against; ``taken`` says by which row of the sheet each is meant already."""

    kind: Exchange
    rows: dict[int, Recognition]
    by_key: dict[tuple, int]
    by_document: dict[tuple, list[int]]
    granted: set[int]
    taken: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: Exchange, stored) -> "Register":
        """Of these honours, those that the town has not refused."""
        rows = {row.pk: row for row in stored.exclude(state="refused").order_by("-pk")}
        by_document: dict[tuple, list[int]] = {}
        for row in rows.values():
            if row.document_number:
                key = cls.holder(row), _document(facts_of(row))
                by_document.setdefault(key, []).append(row.pk)
        by_key = {(cls.holder(row), same(facts_of(row))): row.pk for row in rows.values()}
        return cls(kind, rows, by_key, by_document, granted(rows.values()))

    @staticmethod
    def holder(row: Recognition) -> tuple[str, int]:
        """What tells its holder from others."""
        if isinstance(row, Honour):
            return "worker", row.worker_id
        if row.team_id:
            return "team", row.team_id
        return ("employer", row.employer_id) if row.employer_id else ("union", row.union_id)

    def decide(self, said: Said) -> tuple[Decision, Recognition | None]:
        """What a row does, and the recorded honour it is about."""
        stored = self._known(said)
        if stored is None:
            if fault := self._fault(said, None, said.fields):
                return fault, None
            self.by_key[said.holder, same(said.fields)] = 0
            return Decision("new"), None
        if stored.pk in self.taken:
            return _no("type", TWICE.format(number=self.taken[stored.pk]), "twice"), stored
        self.taken[stored.pk] = said.number
        if self.kind.rule == SKIP:
            return Decision("skipped", None, KNOWN, "type", "known", "note"), stored
        return self._against(said, stored), stored

    def _known(self, said: Said) -> Recognition | None:
        if said.keyed:
            return self.rows.get(said.keyed)
        found = self.by_key.get((said.holder, same(said.fields)))
        if not found and said.fields.get("document_number"):
            of_document = self.by_document.get((said.holder, _document(said.fields)), [])
            found = of_document[0] if len(of_document) == 1 else None
        return self.rows.get(found) if found else None

    def _against(self, said: Said, stored: Recognition) -> Decision:
        """A row against the known honour; a cell that says nothing differs from nothing, one that was emptied does."""
        facts = facts_of(stored)
        changes = {
            name: said.fields[name] for name in FACTS if name in said.fields and name not in said.implied
        }
        if not said.keyed:
            changes = {name: value for name, value in changes.items() if value not in (None, "")}
        elif changes.get("title") == "":
            changes["title"] = self.kind.type_names.get(stored.type, "")
        changes = {name: value for name, value in changes.items() if value != facts[name]}
        if self.kind.rule == FILL:
            changes = {name: value for name, value in changes.items() if facts[name] in (None, "")}
        if not changes:
            return Decision("unchanged")
        if stored.state == Recognition.State.REVOKED:
            return _no("type", REVOKED.format(day=stored.revoked_on), "revoked")
        after = facts | changes
        if fault := self._fault(said, stored, after):
            return fault
        return self._move(Register.holder(stored), facts, after, stored) or Decision("changed", changes)

    def _move(self, holder, facts: dict, after: dict, stored: Recognition) -> Decision | None:
        """Take the place of the changed honour among those of its holder; the refusal where another has it."""
        key = holder, same(after)
        if self.by_key.get(key, stored.pk) != stored.pk:
            return _no("title" if after["type"] == OTHER else "year", TAKEN, "taken")
        self.by_key[key] = stored.pk
        return None

    def _fault(self, said: Said, stored: Recognition | None, after: dict) -> Decision | None:
        """What does not go together among the facts as they would be, and with the holder."""
        for column, text, code in day_faults(after, self.kind.today):
            return _no(column, text, code)
        if stored and stored.pk in self.granted and not after["document_number"]:
            return _no("document_number", KEEPS_DOCUMENT, "granted")
        awarded = after["awarded_on"]
        team = getattr(stored, "team", None)
        founded = said.founded or (team and team.founded_on)
        if said.born and awarded <= said.born.isoformat():
            return _no("awarded_on", BORN, "before_birth")
        if founded and awarded < founded.isoformat():
            return _no("awarded_on", FOUNDED.format(day=founded), "before_founding")
        if stored and stored.rechecked_on and awarded > stored.rechecked_on.isoformat():
            return _no("awarded_on", RECHECKED.format(day=stored.rechecked_on), "after_recheck")
        return None


def line(kind: Exchange, said: Said, decision: Decision, stored: Recognition | None) -> dict:
    """A decision as the statement that writes verdicts reads it, with what is remembered of the known honour."""
    made = {
        "number": said.number,
        "verdict": decision.verdict,
        "before": None,
        "record": None,
        "problem": None,
    }
    if decision.text and decision.column:
        made["problem"] = decision.problem(kind, said.fields)
    elif decision.text:
        made["problem"] = {
            "column": "",
            "value": "",
            "message": decision.text,
            "level": "error",
            "code": decision.code,
        }
    if stored and decision.verdict != "problem":
        facts, changes = facts_of(stored), decision.changes or {}
        was = {name: facts[name] for name in changes}
        decided = decision_of(stored) if changes else {}
        made["before"] = {"fields": was, "plan": {"id": stored.pk, "set": changes, "decided": decided}}
        made["record"] = stored.pk
    return made


def _document(fields: dict) -> tuple:
    """Kind and document of an honour, and its title where that tells it apart."""
    return fields["type"], fields["document_number"], fields["title"] if fields["type"] == OTHER else ""


def _no(column: str, text: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)
