"""A badge of the side bar, as the frame of the page reads it."""

from nanyue_portal.badges import badges_of


def badge(user, waiting) -> str:
    """What stands beside an entry with this way to what waits; the user is read anew, as every request does."""
    return badges_of(type(user).objects.get(pk=user.pk), {"entry": waiting})["entry"]
