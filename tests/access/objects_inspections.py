"""A visit of ``union`` to a firm of its own, with a hazard."""

from tests.factories.inspections import HazardFactory, InspectionFactory


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    visit = InspectionFactory(union=cast["union"])
    return {"inspection": visit.pk, "hazard": HazardFactory(inspection=visit).pk}
