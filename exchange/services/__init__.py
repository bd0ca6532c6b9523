"""Everything that changes an import run."""

from exchange.services.clearing import PREVIEW_DAYS, delete_stale, discard
from exchange.services.mending import MOST_AT_ONCE, mend, mend_all
from exchange.services.options import compare, set_options
from exchange.services.runs import apply, check, confirm, request_undo, retry, undo
from exchange.services.states import recover
from exchange.services.uploading import FILE_NAME_LENGTH, refuse_size, upload

__all__ = [
    "FILE_NAME_LENGTH",
    "MOST_AT_ONCE",
    "PREVIEW_DAYS",
    "apply",
    "check",
    "compare",
    "confirm",
    "delete_stale",
    "discard",
    "mend",
    "mend_all",
    "recover",
    "refuse_size",
    "request_undo",
    "retry",
    "set_options",
    "undo",
    "upload",
]
