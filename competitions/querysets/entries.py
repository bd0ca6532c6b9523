"""Filters of entries and the people in them, chainable."""

from django.db.models import Q

from competitions.querysets.contests import CompetitionQuerySet


class EntryQuerySet(CompetitionQuerySet):
    """Seen and kept by the union that enters, and by the union that holds the contest."""

    def inside(self, unions):
        """Either union is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(union__in=unions) | Q(event__contest__union__in=unions))

    def standing(self):
        """Entered and neither refused nor withdrawn: these take up places."""
        return self.filter(state__in=["submitted", "admitted"])

    def admitted(self):
        """Admitted: these compete."""
        return self.filter(state="admitted")


class EntrantQuerySet(CompetitionQuerySet):
    """Seen and kept like their entry."""

    union_field = "entry__union"

    def inside(self, unions):
        """Either union of the entry is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(entry__union__in=unions) | Q(event__contest__union__in=unions))

    def competing(self):
        """Still in their entry."""
        return self.filter(left_at=None)


class DrawQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "event__contest__union"
