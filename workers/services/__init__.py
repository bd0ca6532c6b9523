"""Changes to the roll. Each is atomic, audited, and gated by the user's reach."""

from workers.services.anonymising import anonymise
from workers.services.conflicts import settle_conflict
from workers.services.documents import (
    edit_document,
    record_document,
    replace_document,
    strike_document,
    use_document,
)
from workers.services.duplicates import mark_distinct, request_search
from workers.services.employments import edit_employment, end_employment, start_employment
from workers.services.matters import close_open_business
from workers.services.memberships import change_membership
from workers.services.merging import merge_workers
from workers.services.people import edit_worker, register_worker
from workers.services.privacy import note_people_shown, reveal_number
from workers.services.roll_calls import complete_roll_call, save_ticks
from workers.services.union_merging import merge_unions

__all__ = [
    "anonymise",
    "change_membership",
    "close_open_business",
    "complete_roll_call",
    "edit_document",
    "edit_employment",
    "edit_worker",
    "end_employment",
    "mark_distinct",
    "merge_unions",
    "merge_workers",
    "note_people_shown",
    "record_document",
    "register_worker",
    "replace_document",
    "request_search",
    "reveal_number",
    "save_ticks",
    "settle_conflict",
    "start_employment",
    "strike_document",
    "use_document",
]
