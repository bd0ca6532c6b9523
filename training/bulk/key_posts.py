"""The write path of the kind ``key_posts``: posts that are not there, holders, and back, in a number of statements
that does not grow with the rows. The rows have been compared under the same locks in the same transaction."""

import json

from accounts.models import User
from core.exchange import Staged
from training.matching.key_posts import Place, Row, posts_known, rows_of
from training.models import KeyPost, KeyPostHolder

BATCH = 2000
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('holder', x.holder, 'start', x.start, 'made', x.made)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, holder bigint, start text, made bigint)
"""
WRITTEN = """
SELECT f.row_id, (f.effects ->> 'holder')::bigint, f.effects ->> 'start', (f.effects ->> 'made')::bigint
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这条任职已删去")
KEPT = ("kept", "导入之后登记过离岗或变更过要求，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Make the posts that are not there, and put the people of rows with verdict new on their posts."""
    rows = rows_of(staged, "new")
    posts = {place: seats.key_post for place, seats in posts_known(rows).items()}
    made = _make([row for row in rows if row.place not in posts], by)
    posts |= made
    keys = {post.pk for post in made.values()}
    holders = KeyPostHolder.objects.bulk_create(
        [
            KeyPostHolder(key_post=posts[row.place], worker_id=row.person, start=row.start, entered_by=by)
            for row in rows
        ],
        BATCH,
    )
    found = [
        {
            "row_id": row.pk,
            "person": row.person,
            "holder": holder.pk,
            "start": row.fields["start"],
            "made": holder.key_post_id if holder.key_post_id in keys else None,
        }
        for row, holder in zip(rows, holders, strict=True)
    ]
    staged.execute(DONE, found=json.dumps(found))


def _make(rows: list[Row], by: User) -> dict[Place, KeyPost]:
    """A post for each place, with the facts of its first row, since the first day on which somebody holds it."""
    grouped: dict[Place, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.place, []).append(row)
    posts = {}
    for place, own in grouped.items():
        union, employer, title, workshop = place
        facts = own[0].fields
        posts[place] = KeyPost(
            union_id=union, employer_id=employer, title=title, workshop=workshop, trade=facts.get("trade") or "",
            is_key=facts.get("is_key") is not False, required_level=facts.get("required_level") or "",
            permit_category=facts.get("permit_category") or "", seats=facts.get("seats") or len(own),
            start=min(row.start for row in own), entered_by=by,
        )  # fmt: skip
    KeyPost.objects.bulk_create(posts.values(), BATCH)
    return posts


def revert(staged: Staged) -> None:
    """Take back holders whom nobody has touched since, and posts that the run made and nobody uses; says of each row
    what became of it."""
    lines = staged.fetch(WRITTEN)
    made = sorted({post for *_, post in lines if post})
    list(KeyPost.objects.select_for_update().filter(pk__in=made).order_by("pk").values_list("pk"))
    stored = KeyPostHolder.objects.select_for_update().in_bulk([line[1] for line in lines])
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone = []
    for row, key, start, _ in lines:
        holder = stored.get(key)
        is_same = holder is not None and holder.end is None and holder.start.isoformat() == start
        outcome = GONE if holder is None else REVERTED if is_same else KEPT
        outcomes.setdefault(outcome, []).append(row)
        gone += [key] if is_same else []
    KeyPostHolder.objects.filter(pk__in=gone).delete()
    unused = KeyPost.objects.filter(pk__in=made, version=1, end=None, holders=None, followed_by=None)
    KeyPost.objects.filter(pk__in=list(unused.values_list("pk", flat=True))).delete()
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
