"""Everything that changes an import run."""

from exchange.services.clearing import PREVIEW_DAYS, delete_stale, discard
from exchange.services.mending import mend
from exchange.services.runs import apply, check, confirm, request_undo, retry, undo
from exchange.services.states import recover
from exchange.services.uploading import FILE_NAME_LENGTH, refuse_size, upload

__all__ = [
    "FILE_NAME_LENGTH",
    "PREVIEW_DAYS",
    "apply",
    "check",
    "confirm",
    "delete_stale",
    "discard",
    "mend",
    "recover",
    "refuse_size",
    "request_undo",
    "retry",
    "undo",
    "upload",
]
