"""Staged honours against the roll and what is recorded: who or what is meant, and which recorded honour, if any."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from competitions.matching.honour_changes import Register, Said, line
from competitions.models import CollectiveHonour, Honour, Team
from core.exchange import Exchange, Staged
from unions.models import Employer
from unions.naming import employer_key
from workers.employment_matching import MISSING, OTHER_NAME
from workers.verdicts import NOT_ON_ROLL, VERDICTS, Decision

NOT_HERE = "没有这一行所指的荣誉，或者不在您的范围内，本行没有导入。请重新导出后再修改。"
NO_UNION = "没有填写工会，也没有按一个工会上传。请补填，或上传时选择工会。"
NO_TEAM = "“{where}”范围内没有登记名为“{name}”的班组。请核对名称，或先在“班组”页面登记。"
NO_FIRM = "“{where}”范围内没有名为“{name}”的用人单位。请核对名称。"
TWO_HOLDERS = "班组和用人单位只填一项：授予班组的只填班组。"
TWO_TEAMS = "“{where}”范围内有几个工会登记了名为“{name}”的班组：{unions}。请填写是哪个工会的。"
SAME_UNION = "这个工会有几个用人单位登记了名为“{name}”的班组，表格分不清。请在荣誉页面登记。"
EVERYWHERE = "本次导入"
SHOWN = 5

RESOLVE = """
UPDATE {rows} r SET target_id = h.worker_id, verdict = 'changed'
FROM competitions_honour h JOIN workers_worker w ON w.id = h.worker_id
WHERE {of_run} AND r.verdict = 'new' AND h.id = (r."values" ->> 'keyed')::bigint
  AND w.union_id = ANY(%(unions)s) AND w.merged_into_id IS NULL AND w.anonymised_on IS NULL
"""
NOT_FOUND = """
UPDATE {rows} r SET verdict = 'problem', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', '', 'value', '', 'message', %(text)s::text, 'level', 'error', 'code', 'row_key.unknown',
    'compared', true))
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed'
"""
MATCH = """
UPDATE {rows} r SET target_id = w.id, verdict = 'changed'
FROM workers_identitydocument d JOIN workers_worker w ON w.id = d.worker_id
WHERE {of_run} AND r.verdict = 'new' AND d.number_index = (r."values" ->> 'person')::bytea
  AND w.union_id = ANY(%(unions)s) AND w.merged_into_id IS NULL AND w.anonymised_on IS NULL
"""
FOUND = """
SELECT r.number, r."values" ->> 'name', w.id, w.name, w.birth_date, (r."values" -> 'fields')::text,
       coalesce(r."values" -> 'implied', '[]')::text, (r."values" ->> 'keyed')::bigint
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id
WHERE {of_run} AND r.verdict = 'changed' ORDER BY r.number
"""
ROWS = """
SELECT r.number, (r."values" ->> 'union')::bigint, r."values" ->> 'team', r."values" ->> 'employer',
       (r."values" -> 'fields')::text, coalesce(r."values" -> 'implied', '[]')::text, (r."values" ->> 'keyed')::bigint
FROM {rows} r WHERE {of_run} AND r.verdict = 'new' ORDER BY r.number
"""
LOCK_UNIONS = """
SELECT u.id FROM unions_union u WHERE u.id IN (
    SELECT (r."values" -> 'holder' ->> 'union')::bigint FROM {rows} r WHERE {of_run}
    UNION SELECT h.union_id FROM {rows} r JOIN competitions_collectivehonour h ON h.id = r.target_id WHERE {of_run}
) ORDER BY u.id FOR NO KEY UPDATE
"""
LOCK_KNOWN = """
SELECT h.id FROM competitions_collectivehonour h
WHERE h.id IN (SELECT r.target_id FROM {rows} r WHERE {of_run}) ORDER BY h.id FOR UPDATE
"""
# Whose the honour of a collective is, and which recorded one a row is about: ``VERDICTS`` keeps the target.
HOLDERS = """
UPDATE {rows} r SET "values" = r."values" || jsonb_build_object('holder', x.holder), target_id = x.target
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, holder jsonb, target bigint)
WHERE {of_run} AND r.number = x.number
"""


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged honours of people; ``kind`` brings the reach (``unions``) and the columns."""
    staged.execute(RESOLVE, unions=kind.unions)
    staged.execute(NOT_FOUND, text=NOT_HERE)
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MISSING, column=kind.column("number").column_name, unknown=NOT_ON_ROLL)
    rows = staged.fetch(FOUND)
    register = Register.of(kind, Honour.objects.filter(worker__in={row[2] for row in rows}))
    found = []
    for number, said_name, person, name, born, fields, implied, keyed in rows:
        said = Said(number, ("worker", person), json.loads(fields), json.loads(implied), keyed, born)
        if said_name not in (None, name):
            text = OTHER_NAME.format(name=name)
            said.fields["name"] = said_name
            decision, stored = Decision("problem", None, text, "name", "differs"), None
        else:
            decision, stored = register.decide(said)
        found.append(line(kind, said, decision, stored))
    if found:
        staged.execute(VERDICTS, found=json.dumps(found, ensure_ascii=False))


def lock_collective(staged: Staged) -> None:
    """Lock the unions of the staged honours of collectives, as they were found, then the honours that are known, each in
    one order."""
    staged.fetch(LOCK_UNIONS)
    staged.fetch(LOCK_KNOWN)


def compare_collective(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged honours of collectives, and whose each of them is (``holder`` in the values)."""
    rows = [(*row[:-3], json.loads(row[-3]), json.loads(row[-2]), row[-1]) for row in staged.fetch(ROWS)]
    holders = Holders.of(kind, rows)
    stored = CollectiveHonour.objects.filter(union__in=kind.unions).select_related("team")
    named = Q(pk__in=[row[6] for row in rows if row[6]])
    register = Register.of(kind, stored.filter(holders.condition | named))
    found, targets = [], []
    for number, union, team, employer, fields, implied, keyed in rows:
        said = Said(number, None, fields, implied, keyed)
        holder, fault = (None, None) if keyed else holders.find(union, team, employer)
        if fault:
            said.fields[fault.column] = team or employer or ""
            decision, known = fault, None
        elif keyed and keyed not in register.rows:
            decision, known = Decision("problem", None, NOT_HERE, "", "row_key.unknown"), None
        else:
            said.holder = holder.key if holder else register.holder(register.rows[keyed])
            said.founded = holder.founded if holder else None
            decision, known = register.decide(said)
            targets.append(
                {"number": number, "holder": holder and holder.keys(), "target": known and known.pk}
            )
        found.append(line(kind, said, decision, known))
    if found:
        staged.execute(HOLDERS, found=json.dumps(targets))
        staged.execute(VERDICTS, found=json.dumps(found, ensure_ascii=False))


@dataclass(frozen=True)
class Holder:
    """Who holds an honour of a collective: a team, a firm, or the union itself; ``union`` is the one it belongs to."""

    union: int
    team: int | None = None
    employer: int | None = None
    founded: dt.date | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from other holders."""
        if self.team:
            return "team", self.team
        return ("employer", self.employer) if self.employer else ("union", self.union)

    def keys(self) -> dict:
        """As the staged row keeps it."""
        return {"union": self.union, "team": self.team, "employer": self.employer}


@dataclass
class Holders:
    """The teams and firms that rows name, of the unions in reach: in the union that a row says, else in the one the file
    was uploaded for, or below it."""

    kind: Exchange
    paths: dict[int, str]
    names: dict[int, str]
    teams: dict[str, list[Team]]
    firms: dict[str, Employer]

    @classmethod
    def of(cls, kind: Exchange, rows: Iterable[tuple]) -> "Holders":
        """What these rows name."""
        teams: dict[str, list[Team]] = {}
        known = Team.objects.filter(
            union__in=kind.unions, name__in={row[2] for row in rows if row[2]}, dissolved_on=None
        )
        for team in known.order_by("pk"):
            teams.setdefault(team.name, []).append(team)
        keys = {employer_key(row[3]) for row in rows if row[3]}
        firms = Employer.objects.filter(union__in=kind.unions, name_key__in=keys)
        return cls(
            kind,
            {union.pk: union.path for union in kind.union_rows},
            {union.pk: union.name for union in kind.union_rows},
            teams,
            {firm.name_key: firm for firm in firms.only("pk", "union", "name_key")},
        )

    @property
    def condition(self) -> Q:
        """The honours that these hold, and those of the unions in reach themselves."""
        teams = [team.pk for named in self.teams.values() for team in named]
        firms = [firm.pk for firm in self.firms.values()]
        return Q(team__in=teams) | Q(employer__in=firms) | Q(team=None, employer=None)

    def find(
        self, union: int | None, team: str | None, employer: str | None
    ) -> tuple[Holder | None, Decision | None]:
        """The holder that a row names, or what is wrong about it."""
        if team and employer:
            return None, _no("employer", TWO_HOLDERS, "two")
        base = self.paths[union] if union else ""
        where = self.names[union] if union else EVERYWHERE
        if team:
            return self._team(team, base, where)
        if employer:
            firm = self.firms.get(employer_key(employer))
            if firm is None or not self.paths[firm.union_id].startswith(base):
                return None, _no("employer", NO_FIRM.format(where=where, name=employer), "unknown")
            return Holder(firm.union_id, employer=firm.pk), None
        if union is None:
            return None, _no("union", NO_UNION, "missing")
        return Holder(union), None

    def _team(self, name: str, base: str, where: str) -> tuple[Holder | None, Decision | None]:
        """The team of this name in the union itself, else the only one below it."""
        found = [team for team in self.teams.get(name, []) if self.paths[team.union_id].startswith(base)]
        own = [team for team in found if self.paths[team.union_id] == base]
        found = own or found
        if not found:
            return None, _no("team", NO_TEAM.format(where=where, name=name), "unknown")
        if len(found) > 1:
            if len({team.union_id for team in found}) == 1:
                return None, _no("team", SAME_UNION.format(name=name), "ambiguous")
            unions = "、".join(self.names[team.union_id] for team in found[:SHOWN])
            text = TWO_TEAMS.format(where=where, name=name, unions=unions)
            return None, _no("team", text, "ambiguous")
        [team] = found
        return Holder(team.union_id, team=team.pk, founded=team.founded_on), None


def _no(column: str, text: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)
