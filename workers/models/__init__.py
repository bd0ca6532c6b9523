"""The roll (实名制名册): people, their dated rows, and the business about them that is still open."""

from workers.models.bulk import BulkEdit, BulkEditRow
from workers.models.conflicts import Conflict
from workers.models.duplicates import DuplicatePair, Merge
from workers.models.matters import Proposal, RollCall, RollCallEntry, Transfer
from workers.models.people import IdentityDocument, Sex, Standing, Worker
from workers.models.spells import CLOSING, OPENING, Change, Employment, Membership

__all__ = [
    "CLOSING",
    "OPENING",
    "BulkEdit",
    "BulkEditRow",
    "Change",
    "Conflict",
    "DuplicatePair",
    "Employment",
    "IdentityDocument",
    "Membership",
    "Merge",
    "Proposal",
    "RollCall",
    "RollCallEntry",
    "Sex",
    "Standing",
    "Transfer",
    "Worker",
]
