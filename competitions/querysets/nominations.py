"""Filters of nominations, their papers and the objections against them, chainable."""

from competitions.querysets.contests import CompetitionQuerySet
from core.access import Permission

STANDING = ("submitted", "shortlisted", "recommended", "awarded", "declined")
UNDECIDED = ("draft", "submitted", "returned", "shortlisted", "recommended")


class NominationQuerySet(CompetitionQuerySet):
    """Seen and kept by the union that nominates and those above it."""

    def editable_by(self, user):
        """Rows the user may change; nothing is left to change of an anonymised person."""
        return super().editable_by(user).filter(worker__anonymised_on=None)

    def standing(self):
        """Put forward and neither sent back nor refused nor withdrawn: these take up places."""
        return self.filter(state__in=STANDING)

    def on_the_list(self):
        """What the town has put on its list, wherever the list has come to."""
        return self.filter(state__in=["shortlisted", "recommended", "awarded", "declined"])


class NominationPaperQuerySet(CompetitionQuerySet):
    """Papers are seen and kept like their nomination."""

    union_field = "nomination__union"


class NoticeObjectionQuerySet(CompetitionQuerySet):
    """What was said against somebody in public notice: only whoever decides reads it, so that nobody who spoke up
    can be guessed by the union concerned."""

    union_field = "nomination__union"
    view_permission = Permission.DECIDE_CONTESTS
    edit_permission = Permission.DECIDE_CONTESTS
