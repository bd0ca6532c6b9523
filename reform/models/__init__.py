"""The plan with its measures, and the activities that unions hold for them."""

from reform.models.activities import Activity
from reform.models.plan import Measure, Plan

__all__ = ["Activity", "Measure", "Plan"]
