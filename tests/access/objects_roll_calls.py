"""A roll call of ``union`` that has begun."""

from workers.services import save_ticks


def make(cast) -> dict[str, int]:
    """``roll_call``: the worker stood on the screen and was not ticked."""
    shown = {cast["worker"].pk}
    call = save_ticks(union=cast["union"], shown=shown, present=set(), by=cast["users"]["officer"])
    return {"roll_call": call.pk}
