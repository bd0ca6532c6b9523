"""Everything that changes an import run."""

from exchange.services.clearing import PREVIEW_DAYS, delete_stale, discard, left_over_marks
from exchange.services.leavers import keep_leavers
from exchange.services.mapping import MAPPABLE, Choice, choose_columns
from exchange.services.marking import record_taking, request_marks, write_marks
from exchange.services.memories import forget_columns, forget_text
from exchange.services.mending import MOST_AT_ONCE, mend, mend_all
from exchange.services.options import compare, set_options
from exchange.services.runs import apply, check, confirm, request_undo, retry, undo
from exchange.services.states import recover
from exchange.services.texts import map_texts, recheck
from exchange.services.uploading import FILE_NAME_LENGTH, REPLACEABLE, refuse_size, replace_file, upload

__all__ = [
    "FILE_NAME_LENGTH",
    "MAPPABLE",
    "MOST_AT_ONCE",
    "PREVIEW_DAYS",
    "REPLACEABLE",
    "Choice",
    "apply",
    "check",
    "choose_columns",
    "compare",
    "confirm",
    "delete_stale",
    "discard",
    "forget_columns",
    "forget_text",
    "keep_leavers",
    "left_over_marks",
    "map_texts",
    "mend",
    "mend_all",
    "recheck",
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
