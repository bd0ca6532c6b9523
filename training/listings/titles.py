"""职称 as a list: the rows of its page and every column it can show or export."""

import django_filters as filters

from core.access import Permission
from core.forms import DateInput
from core.lines import AsRead
from core.listing import Column, FilterListing
from core.text import clean_label
from training.models import Certificate, Rank, Title
from unions.filters import UnionBelowFilter


class TitleFilter(filters.FilterSet):
    """Query string of the list."""

    union = UnionBelowFilter()
    state = filters.ChoiceFilter(label="状态", choices=Certificate.State.choices, empty_label="全部")
    rank = filters.ChoiceFilter(label="级别", choices=Rank.choices, empty_label="全部")
    series = filters.CharFilter(label="系列", method="by_series")
    since = filters.DateFilter(
        label="取得日期起", field_name="issued_on", lookup_expr="gte", widget=DateInput()
    )
    until = filters.DateFilter(
        label="取得日期止", field_name="issued_on", lookup_expr="lte", widget=DateInput()
    )

    class Meta:
        model = Title
        fields = ["union", "state", "rank", "series", "since", "until"]

    def by_series(self, queryset, name, value):
        """Part of the series."""
        return queryset.filter(series__icontains=clean_label(value[:50], longest=50))


class TitleListing(FilterListing):
    """职称 of people in reach, the latest first; those of anonymised people are left out, as on the roll."""

    name = "titles"
    title = "职称"
    url_name = "training:title_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(TitleFilter.Meta.fields)
    filter_class = TitleFilter
    order = ("-issued_on", "-pk")
    whole = "全部职称"
    holds_people = True
    columns = (
        Column("name", "姓名", AsRead("worker__name"), reads=("worker__name",), personal=True),
        Column("title", "职称名称", AsRead("name"), width=20, reads=("name",)),
        Column("rank", "级别", lambda row, names: Rank(row.rank).label, width=10, reads=("rank",)),
        Column("series", "系列", AsRead("series"), width=18, reads=("series",)),
        Column("issued_on", "取得日期", AsRead("issued_on"), reads=("issued_on",)),
        Column("state", "状态", lambda row, names: Title.State(row.state).label, width=10, reads=("state",)),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",)),
        Column("number", "证书编号", AsRead("register_number"), width=26, number_text=True, shown=False,
               reads=("register_number",)),
        Column("issuer", "发证机构", AsRead("issuer"), width=30, shown=False, reads=("issuer",)),
        Column("note", "核验说明", AsRead("decision_note"), width=30, shown=False, reads=("decision_note",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Titles with person, union and firm."""
        rows = Title.objects.visible_to(user).filter(worker__anonymised_on=None)
        return rows.select_related("worker__union", "worker__employer").defer(
            "worker__phone", "worker__phone_index"
        )
