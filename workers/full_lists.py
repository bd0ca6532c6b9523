"""The full list of a union's members (完整名单): who should stand in it, who does not, and how they are shown."""

from core.exchange import Brief, Staged
from unions.models import FEDERATIONS, Union
from workers.matters import open_proposals, pending_transfers
from workers.queries import roll_of
from workers.roll_calls import called_members
from workers.templatetags.roll import masked_number

NO_UNION = "完整名单只能按一个工会核对。请选择工会，或取消“这是本工会的完整名单”。"
NO_MEMBERS = (
    "“{union}”没有直属会员，完整名单请由各基层工会分别报送。请改选工会，或取消“这是本工会的完整名单”。"
)

BUSY = "已有待办的会籍事项，不再提请"
HEADINGS = ("证件号码", "工作单位", "入会日期", "最近确认")

# In the file is whoever a row names by one of their numbers, a row with problems too, or by the record itself.
MISSING = """
SELECT w.id FROM workers_worker w
WHERE w.union_id = %(union)s AND w.standing = 'member' AND w.merged_into_id IS NULL
  AND w.id NOT IN (
      SELECT d.worker_id FROM {rows} r JOIN workers_identitydocument d ON d.number_index = r.key WHERE {of_run})
  AND w.id NOT IN (SELECT r.target_id FROM {rows} r WHERE {of_run} AND r.target_id IS NOT NULL)
ORDER BY w.id
"""


def refusal(union: Union | None) -> str:
    """Why nobody can say who is missing from a list of this union; empty when it can be said.

    A federation keeps no members itself, and what stands below it reports for itself: a list that leaves a whole
    union out must not put its members in question. A federation that holds members is asked about those alone.
    """
    if union is None:
        return NO_UNION
    if union.org_type in FEDERATIONS and not union.is_holding:
        return NO_MEMBERS.format(union=union.name)
    return ""


def missing(staged: Staged, union: Union) -> list[int]:
    """Members kept at the union whom no row of the file names."""
    return [pk for (pk,) in staged.fetch(MISSING, union=union.pk)]


def member_count(union: Union) -> int:
    """How many people a full list of the union should name."""
    return called_members(union).count()


def briefs(worker_ids: list[int], user) -> list[Brief]:
    """These people as lists show them, in this order, as far as the user sees them."""
    people = roll_of(user).prefetch_related(open_proposals(), pending_transfers()).in_bulk(worker_ids)
    return [_brief(people[pk]) for pk in worker_ids if pk in people]


def _brief(worker) -> Brief:
    document = worker.current_documents[0] if worker.current_documents else None
    cells = (
        masked_number(document),
        worker.employer.name if worker.employer else "",
        worker.member_since,
        worker.confirmed_on or "从未",
    )
    note = BUSY if worker.open_proposals or worker.pending_transfers else ""
    return Brief(
        worker.pk, worker.name, worker.get_absolute_url(), tuple(zip(HEADINGS, cells, strict=True)), note
    )
