"""What unions entered and the town has to decide about."""

from collections.abc import Callable

from core.access import Permission


def to_decide(*models) -> Callable:
    """A function of a user that gives, for each of the models, the rows that wait for this user's decision."""

    def waiting(user) -> tuple:
        return tuple(
            model.objects.within_reach(user, Permission.DECIDE_TRAINING).waiting() for model in models
        )

    return waiting
