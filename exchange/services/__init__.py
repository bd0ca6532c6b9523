"""Everything that changes an import run."""

from exchange.services.clearing import PREVIEW_DAYS, delete_stale, discard, left_over_marks
from exchange.services.marking import record_taking, request_marks, write_marks
from exchange.services.mending import MOST_AT_ONCE, mend, mend_all
from exchange.services.options import compare, set_options
from exchange.services.runs import apply, check, confirm, request_undo, retry, undo
from exchange.services.states import recover
from exchange.services.uploading import FILE_NAME_LENGTH, REPLACEABLE, refuse_size, replace_file, upload

__all__ = [
    "FILE_NAME_LENGTH",
    "MOST_AT_ONCE",
    "PREVIEW_DAYS",
    "REPLACEABLE",
    "apply",
    "check",
    "compare",
    "confirm",
    "delete_stale",
    "discard",
    "left_over_marks",
    "mend",
    "mend_all",
    "record_taking",
    "recover",
    "refuse_size",
    "replace_file",
    "request_marks",
    "request_undo",
    "retry",
    "set_options",
    "undo",
    "upload",
    "write_marks",
]
