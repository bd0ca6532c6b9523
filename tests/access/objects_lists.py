"""A view of the roll that the officer of ``union`` saved for himself."""

from unions.models import SavedView


def make(cast) -> dict:
    """The keys of what was made, by the names of the matrix."""
    view = SavedView.objects.create(
        owner=cast["users"]["officer"], listing="workers", name="农民工", query="migrant=yes"
    )
    return {"saved_view": view.pk}
