"""疑似重复 as a list: pairs of records that may be one person."""

from django.utils import timezone

from core.access import Permission
from core.listing import Column, Listing, filters_in_words, require_readable
from unions.models import Union
from workers import comparing
from workers.forms.merging import DuplicateFilterForm
from workers.models import DuplicatePair


class DuplicateListing(Listing):
    """疑似重复."""

    name = "duplicates"
    title = "疑似重复"
    url_name = "workers:duplicate_list"
    permission = Permission.VIEW_ROLL
    parameters = tuple(DuplicateFilterForm.base_fields)
    holds_people = True
    columns = (
        Column("grounds", "依据", lambda pair, names: "、".join(comparing.grounds_of(pair)), width=44),
        Column("low", "较早记录", lambda pair, names: pair.low.name),
        Column("low_union", "较早记录所属工会", lambda pair, names: pair.low.union.name, width=34),
        Column("high", "较晚记录", lambda pair, names: pair.high.name),
        Column("high_union", "较晚记录所属工会", lambda pair, names: pair.high.union.name, width=34),
        Column("found_on", "发现", lambda pair, names: timezone.localdate(pair.found_at)),
        Column("state", "状态", lambda pair, names: pair.get_state_display()),
    )

    def asked(self, user, query) -> DuplicateFilterForm:
        """The filter with this query string; pairs that wait unless it names others."""
        query = query.copy()
        query.setdefault("state", DuplicatePair.State.OPEN)
        unions = Union.objects.within_reach(user, Permission.VIEW_ROLL)
        return DuplicateFilterForm(query, unions=unions, grounds=comparing.GROUND_LABELS)

    def pairs(self, user, form: DuplicateFilterForm):
        """The pairs of the page; all that wait when the filter cannot be read."""
        asked = form.cleaned_data if form.is_valid() else {}
        state = asked.get("state") or DuplicatePair.State.OPEN
        return comparing.pairs_for_list(
            user,
            state="" if state == "all" else state,
            ground=asked.get("ground", ""),
            union=asked.get("union"),
        )

    def filtered(self, user, query):
        """As the page shows them."""
        form = self.asked(user, query)
        require_readable(form)
        return self.pairs(user, form)

    def in_words(self, user, query):
        """Each filter in use by its label."""
        return filters_in_words(self.asked(user, query))
