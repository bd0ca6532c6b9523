"""Documents of the worker of the scene, and a group of personal data."""

from core.models import DataGroup


def make(cast) -> dict:
    """The document in use, and the group that the roll is."""
    document = cast["worker"].documents.get(is_current=True)
    return {"document": document.pk, "data_group": DataGroup.objects.get(code="roll").pk}
