"""Changes to the plan and to activities. Each is atomic and audited."""

from reform.services.activities import cancel_activity, edit_activity, hold_activity, plan_activity
from reform.services.plan import EDITABLE, edit_measure, load_plan

__all__ = [
    "EDITABLE",
    "cancel_activity",
    "edit_activity",
    "edit_measure",
    "hold_activity",
    "load_plan",
    "plan_activity",
]
