"""Staged holders of key posts against the roll and the posts: who is meant, which post, and whether a seat is free."""

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass, field

from core.exchange import KNOWN, SKIP, UPDATE, Exchange, Staged
from training.models import KeyPost, KeyPostHolder
from training.rules.key_posts import Spell, most_at_once
from workers.employment_matching import DECIDED, MISSING, OTHER_NAME
from workers.verdicts import MATCH, NOT_ON_ROLL, Decision, decided_line

LEFT = "此人已离会，不能登记上岗。请核对证件号码。"
OTHER_FACT = "这个岗位已登记的是“{known}”，与本行不同。请删去这一格；岗位登记有误的，请在岗位页面点“修改”或“变更要求”。"
OTHER_ROW = "第 {number} 行同一个岗位的是“{known}”，与本行不同。请改为一致，或只在一行填写。"
NOTHING_ASKED = "不是关键岗位、也不要求证书的岗位不用登记。请改为“是”，或填写要求的技能等级、特种作业类别。"
BEFORE_POST = "该岗位 {start} 才设立，上岗日期不能更早。请核对日期。"
HELD = "此人已登记 {start} 上岗。登记有误的，请在岗位页面删去后重新登记。"
HELD_BEFORE = "此人以前在这个岗位到 {end}，上岗日期不能早于这一天。请核对日期。"
FULL = "{seats} 个席位已满。请先登记原来的人离岗，或在岗位页面修改席位。"
POST_FACTS = ("trade", "is_key", "required_level", "permit_category", "seats")

# The unions under which posts are looked for and made: the way by which pages make posts as well.
LOCK = """
SELECT u.id FROM unions_union u WHERE u.id IN (
    SELECT w.union_id FROM {rows} r
    JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'person')::bytea
    JOIN workers_worker w ON w.id = d.worker_id WHERE {of_run}
) ORDER BY u.id FOR NO KEY UPDATE
"""
LOCK_POSTS = """
SELECT p.id FROM training_keypost p WHERE p."end" IS NULL AND p.union_id IN (
    SELECT w.union_id FROM {rows} r
    JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'person')::bytea
    JOIN workers_worker w ON w.id = d.worker_id WHERE {of_run}
) ORDER BY p.id FOR UPDATE
"""
FOUND = """
SELECT r.number, r.id, r."values" ->> 'name', w.id, w.name, w.standing = 'left', w.union_id,
       CASE WHEN starts_with(c.path, u.path) THEN w.employer_id END, (r."values" -> 'fields')::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id JOIN unions_union u ON u.id = w.union_id
LEFT JOIN unions_employer e ON e.id = w.employer_id LEFT JOIN unions_union c ON c.id = e.union_id
WHERE {of_run} AND r.verdict = %(verdict)s ORDER BY r.number
"""
Place = tuple[int, int | None, str, str]  # union, firm, title, workshop


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
        """What tells the post from others."""
        return self.union, self.employer, self.fields["title"], self.fields.get("workshop", "")

    @property
    def start(self) -> dt.date:
        """The day since which the person holds the post."""
        return dt.date.fromisoformat(self.fields["start"])


@dataclass
class Seats:
    """A post as it stands after the rows so far. ``key_post`` None: this file makes it; ``number`` is its first row."""

    key_post: KeyPost | None
    facts: dict
    number: int
    spells: list[Spell] = field(default_factory=list)
    held: dict[int, list[Spell]] = field(default_factory=lambda: defaultdict(list))

    def add(self, person: int, start: dt.date, end: dt.date | None) -> None:
        """Somebody holds it."""
        self.spells.append((start, end))
        self.held[person].append((start, end))


def rows_of(staged: Staged, verdict: str) -> list[Row]:
    """The staged rows of a verdict with their people, in the order of the sheet."""
    return [Row(*row[:-1], json.loads(row[-1])) for row in staged.fetch(FOUND, verdict=verdict)]


def posts_known(rows: list[Row]) -> dict[Place, Seats]:
    """The posts that exist today in the unions of these people, by place."""
    found, unions = {}, {row.union for row in rows}
    posts = KeyPost.objects.filter(
        end=None, union__in=unions, title__in={row.fields["title"] for row in rows}
    )
    for post in posts:
        facts = {name: getattr(post, name) for name in POST_FACTS}
        place = post.union_id, post.employer_id, post.title, post.workshop
        found[place] = Seats(post, facts, 0)
    by_key = {seats.key_post.pk: seats for seats in found.values()}
    for holder in KeyPostHolder.objects.filter(key_post__in=by_key).order_by("start", "pk"):
        by_key[holder.key_post_id].add(holder.worker_id, holder.start, holder.end)
    return found


def lock(staged: Staged) -> None:
    """Lock the unions of the named people and their posts, each in one order; seats are given under that lock only."""
    staged.fetch(LOCK)
    staged.fetch(LOCK_POSTS)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines, in the order of the sheet: the first ones get the seats that are free."""
    column = kind.column("number").column_name
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MISSING, column=column, unknown=NOT_ON_ROLL)
    rows = rows_of(staged, "changed")
    posts, found = posts_known(rows), []
    for row in rows:
        decision = decide(row, posts.get(row.place), kind)
        if decision.verdict == "new":
            seats = posts.setdefault(row.place, Seats(None, _draft(row), row.number))
            seats.add(row.person, row.start, None)
        found.append(decided_line(row.number, decision, kind, row.fields | {"name": row.said_name}))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def decide(row: Row, seats: Seats | None, kind: Exchange) -> Decision:
    """What a row does; ``seats`` is its post, known or made by an earlier row."""
    if row.said_name != row.name:
        return _no("name", OTHER_NAME.format(name=row.name), "differs")
    if row.has_left:
        return _no("number", LEFT, "left")
    if seats is None:
        draft = _draft(row)
        if not (draft["is_key"] or draft["required_level"] or draft["permit_category"]):
            return _no("is_key", NOTHING_ASKED, "nothing")
        return Decision("new")
    open_since = next((start for start, end in seats.held[row.person] if end is None), None)
    if open_since is not None and kind.rule == SKIP:
        return Decision("skipped", None, KNOWN, "number", "known", "note")
    for name in POST_FACTS:
        if row.fields.get(name) not in (None, "") and row.fields[name] != seats.facts[name]:
            text = OTHER_FACT if seats.key_post else OTHER_ROW
            known = kind.column(name).widget.render(seats.facts[name]) or "空"
            return _no(name, text.format(known=known, number=seats.number), "differs")
    if open_since is not None:
        if open_since != row.start and kind.rule == UPDATE:
            return _no("start", HELD.format(start=open_since), "held")
        return Decision("unchanged")
    return _no_seat(row, seats) or Decision("new")


def _no_seat(row: Row, seats: Seats) -> Decision | None:
    if seats.key_post and row.start < seats.key_post.start:
        return _no("start", BEFORE_POST.format(start=seats.key_post.start), "before_post")
    last = max((end for _, end in seats.held[row.person] if end), default=None)
    if last and row.start < last:
        return _no("start", HELD_BEFORE.format(end=last), "held_before")
    limit = seats.facts["seats"]
    if limit and most_at_once(seats.spells, (row.start, None)) >= limit:
        return _no("seats", FULL.format(seats=limit), "full")
    return None


def _no(column: str, text: str, code: str) -> Decision:
    return Decision("problem", None, text, column, code)


def _draft(row: Row) -> dict:
    """The facts of a post that its first row makes; without seats it gets one for each row."""
    is_key = row.fields.get("is_key")
    texts = {name: row.fields.get(name) or "" for name in ("trade", "required_level", "permit_category")}
    return texts | {"is_key": True if is_key is None else is_key, "seats": row.fields.get("seats")}
