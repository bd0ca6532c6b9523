"""Changes to records of supervision. Each is atomic, audited, and gated by the user's reach."""

from rights.services.inspections import (
    add_hazard,
    close_hazard,
    edit_hazard,
    edit_inspection,
    record_inspection,
    record_reply,
    reopen_hazard,
)

__all__ = [
    "add_hazard",
    "close_hazard",
    "edit_hazard",
    "edit_inspection",
    "record_inspection",
    "record_reply",
    "reopen_hazard",
]
