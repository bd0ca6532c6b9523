"""What must hold of activities and the code tables."""

from core.invariants import unknown_codes
from reform.models import Activity
from reform.rules.activities import ACTIVITY_TABLES


def _codes_are_known() -> list[str]:
    return [
        fault for field, table in ACTIVITY_TABLES.items() for fault in unknown_codes(Activity, field, table)
    ]


INVARIANTS = [("codes of activities exist", _codes_are_known)]
