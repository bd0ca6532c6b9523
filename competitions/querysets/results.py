"""Filters of results, objections, prizes and awards, chainable."""

from django.db.models import Q

from competitions.querysets.contests import CompetitionQuerySet


class OfEntryQuerySet(CompetitionQuerySet):
    """Rows about an entry: of the union that entered, and of the union that holds the contest."""

    union_field = "entry__union"

    def inside(self, unions):
        """Either union of the entry is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(entry__union__in=unions) | Q(event__contest__union__in=unions))


class ResultQuerySet(OfEntryQuerySet):
    """Results: the holder's from the freeze on, the entering union's once they are published."""

    def visible_to(self, user):
        """Results that the user may see today."""
        published = Q(event__phase__in=["preliminary", "final"])
        events = self.model._meta.get_field("event").related_model.objects
        held = Q(event__in=events.within_reach(user, self.view_permission).values("pk"))
        return super().visible_to(user).filter(published | held)

    def final(self):
        """Results that nothing changes any more."""
        return self.filter(event__phase="final")


class ObjectionQuerySet(OfEntryQuerySet):
    """Objections, seen by whoever filed them and by the holder."""

    union_field = "union"

    def inside(self, unions):
        """The union that filed it or the holder is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(union__in=unions) | Q(event__contest__union__in=unions))


class PrizeQuerySet(CompetitionQuerySet):
    """Kept like their contest."""

    union_field = "event__contest__union"


class AwardQuerySet(OfEntryQuerySet):
    """Awards of entries, the revoked ones with them."""

    def inside(self, unions):
        """The entry that holds or held it, or the contest, is of one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        held = Q(entry__union__in=unions) | Q(revoked_from__union__in=unions)
        return self.filter(held | Q(event__contest__union__in=unions))

    def standing(self):
        """Not revoked."""
        return self.filter(revoked_on=None)

    def revoked(self):
        """Taken back by the town."""
        return self.exclude(revoked_on=None)
