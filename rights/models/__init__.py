"""Supervision of labour protection."""

from rights.models.inspections import Hazard, Inspection

__all__ = ["Hazard", "Inspection"]
