"""Staged entries against the roll and the events: who is meant, who is entered already, and who finds a place.

Teams and places are decided over all rows of a file at once, in their order, also when one row was put right.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from competitions.matching.people import find_people
from competitions.models import Contest, Entrant, Entry, Event
from competitions.rules import entering
from competitions.rules.eligibility import Rules
from core.exchange import KNOWN, SKIP, Exchange, Staged
from workers.employment_matching import DECIDED, OTHER_NAME
from workers.models import Worker
from workers.verdicts import Decision, decided_line

OUTSIDE = "此人不在主办工会范围内，不能报这项竞赛。请核对竞赛编号。"
LEFT = "此人已离会，不能报名。请核对证件号码。"
NO_TEAM = "这是团体项目，请填写队名；同一队的人写同一个队名。"
NOT_A_TEAM = "这是个人项目，不分队。请删去队名，或核对比赛项目。"
OTHER_TEAM = "此人已报名这个项目，队名是“{team}”。请核对；换队的请先在比赛项目页面退赛。"
ENTERED = "这一队已有人报名，不能再用表格加人。请在比赛项目页面替换，或退赛后整队重报。"
TAKEN = "本工会在这个项目已有同名的队。请换一个队名。"
BROKEN = "同队的第 {numbers} 行有问题，整队暂不报名。请改正后再导入。"
SIZE = "{why}。同一队的人应写同一个队名，并属于同一个工会。"
FULL = "{why}。请减少人数，或请主办工会增加名额。"
UNMET = "不符合参赛条件：{why}。可以报名，由主办工会审核。"

LOCK = """
SELECT e.id FROM competitions_event e
WHERE e.id IN (SELECT (r."values" ->> 'event')::bigint FROM {rows} r WHERE {of_run}) ORDER BY e.id FOR UPDATE
"""
FOUND = """
SELECT r.id, r.number, r."values" ->> 'name', r.target_id, (r."values" ->> 'event')::bigint,
       r."values" ->> 'team', r."values" -> 'fields' ->> 'remark'
FROM {rows} r WHERE {of_run} AND r.verdict = %(verdict)s ORDER BY r.number
"""
FAULTY = """
SELECT (r."values" ->> 'event')::bigint, r."values" ->> 'team', r.number FROM {rows} r
WHERE {of_run} AND r.verdict IN ('problem', 'conflict') AND r."values" ->> 'team' <> '' ORDER BY r.number
"""


class Row(NamedTuple):
    """One staged row with the keys of the person and the event it means."""

    pk: int
    number: int
    said_name: str
    person: int
    event: int
    team: str
    remark: str | None


def rows_of(staged: Staged, verdict: str) -> list[Row]:
    """The rows with this verdict that name a person and an event, in the order of the sheet."""
    return [Row(*row) for row in staged.fetch(FOUND, verdict=verdict)]


def lock(staged: Staged) -> None:
    """Lock the named events in one order; places are given under that lock only."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines, in the order of the sheet: the first ones get the places that are free."""
    staged = find_people(staged, kind)
    rows = rows_of(staged, "changed")
    known = Known.of(rows, kind)
    decisions = {row.number: known.decide(row) for row in rows}
    faulty: dict[tuple, list[int]] = {}
    for event, team, number in staged.fetch(FAULTY):
        faulty.setdefault((event, team), []).append(number)
    for group in _groups(rows, known).values():
        _settle(group, decisions, known, faulty.get((group[0].event, group[0].team), []))
    found = [_line(row, known.warned(row, decisions[row.number]), known, kind) for row in rows]
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


@dataclass
class Known:
    """What the rows are held against; read in a number of queries that grows with the events only."""

    kind: Exchange
    events: dict[int, Event]
    people: dict[int, Worker]
    closed: dict[int, str]
    entered: dict[tuple[int, int], Entry]
    teams: set[tuple[int, int, str]]
    places: dict[int, entering.Places]
    rules: dict[int, Rules]

    @classmethod
    def of(cls, rows: list[Row], kind: Exchange) -> "Known":
        """As things are now."""
        events = Event.objects.select_related("contest__union").in_bulk({row.event for row in rows})
        people = Worker.objects.select_related("union", "employer").defer("phone", "phone_index")
        people = people.in_bulk({row.person for row in rows})
        contests = {event.contest_id for event in events.values()}
        kept = set(Contest.objects.editable_by(kind.by).filter(pk__in=contests).values_list("pk", flat=True))
        entrants = Entrant.objects.competing().filter(event__in=events, worker__in=people)
        teams = Entry.objects.standing().filter(event__in=events).exclude(team_name="").order_by()
        return cls(
            kind,
            events,
            people,
            {
                pk: entering.closed_because(one.contest, kind.today, keeps=one.contest_id in kept)
                for pk, one in events.items()
            },
            {(row.event_id, row.worker_id): row.entry for row in entrants.select_related("entry")},
            set(teams.values_list("event", "union", "team_name")),
            {pk: entering.Places.of(event) for pk, event in events.items()},
            {
                pk: Rules.about(event, [people[row.person] for row in rows if row.event == pk])
                for pk, event in events.items()
            },
        )

    def decide(self, row: Row) -> Decision:
        """What the row does on its own, before teams and places."""
        event, person = self.events[row.event], self.people[row.person]
        if row.said_name != person.name:
            return _refused(OTHER_NAME.format(name=person.name), "name", "differs")
        if entry := self.entered.get((row.event, row.person)):
            if entry.team_name != row.team:
                return _refused(OTHER_TEAM.format(team=entry.team_name), "team_name", "other")
            if self.kind.rule == SKIP:
                return Decision("skipped", None, KNOWN, "name", "known", "note")
            return Decision("unchanged")
        if closed := self.closed[row.event]:
            return _refused(f"{closed}。", "contest_code", "closed")
        if barred := entering.barred_because(event.contest, person):
            if barred == entering.OUTSIDE:
                return _refused(OUTSIDE, "contest_code", "outside")
            return _refused(LEFT, "number", "left")
        if event.is_team and not row.team:
            return _refused(NO_TEAM, "team_name", "missing")
        if row.team and not event.is_team:
            return _refused(NOT_A_TEAM, "team_name", "single")
        return Decision("new")

    def warned(self, row: Row, decision: Decision) -> Decision:
        """With a warning where the person does not meet the rules of the event."""
        if decision.verdict != "new":
            return decision
        unmet = self.rules[row.event].unmet(self.people[row.person])
        return (
            Decision("new", None, UNMET.format(why=unmet), "name", "unmet", "warning") if unmet else decision
        )


def _groups(rows: Iterable[Row], known: Known) -> dict[tuple, list[Row]]:
    """The rows of each entry: the rows of a team, or one row alone, in the order of the first one."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        union = known.people[row.person].union_id
        is_team = known.events[row.event].is_team and row.team
        key = (row.event, union, row.team) if is_team else (row.event, union, "", row.number)
        groups.setdefault(key, []).append(row)
    return groups


def _settle(group: list[Row], decisions: dict[int, Decision], known: Known, faulty: list[int]) -> None:
    """Decide about the rows of an entry together: all of them or none."""
    new = [row for row in group if decisions[row.number].verdict == "new"]
    if not new:
        return
    refused = _whole(group, new, decisions, known, faulty)
    for row in new if refused else ():
        decisions[row.number] = refused


def _whole(group, new, decisions, known: Known, faulty: list[int]) -> Decision | None:
    event, union = known.events[group[0].event], known.people[group[0].person].union_id
    if event.is_team:
        bad = sorted({*faulty, *(row.number for row in group if decisions[row.number].verdict == "problem")})
        if bad:
            numbers = "、".join(map(str, bad[:10]))
            return _refused(BROKEN.format(numbers=numbers), "team_name", "broken")
        if len(new) < len(group):
            return _refused(ENTERED, "team_name", "entered")
        if (event.pk, union, group[0].team) in known.teams:
            return _refused(TAKEN, "team_name", "taken")
        if why := entering.team_refused(event, [union] * len(group)):
            return _refused(SIZE.format(why=why), "team_name", "size")
    if why := known.places[event.pk].take(union):
        return _refused(FULL.format(why=why), "event_title", "full")
    return None


def _refused(text: str, column: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)


def _line(row: Row, decision: Decision, known: Known, kind: Exchange) -> dict:
    event = known.events[row.event]
    said = {"name": row.said_name, "team_name": row.team}
    said |= {"contest_code": event.contest.code, "event_title": event.title}
    line = decided_line(row.number, decision, kind, said)
    if entry := known.entered.get((row.event, row.person)):
        line["before"] = {"fields": {}, "plan": {"id": entry.pk}}
    return line
