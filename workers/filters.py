"""Filters and orders of the roll."""

import datetime as dt
import functools
from collections.abc import Callable

import django_filters as filters
from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone

from core.forms import DateInput, LongSelect, RemoteSelect
from unions.filters import visible_unions
from unions.scoping import unions_under
from workers import queries
from workers.models import Employment, IdentityDocument, Membership, Sex, Standing, Worker
from workers.people_filters import visible_employers
from workers.search import LABELS, Understood, search as search_rows, understand, unseal
from workers.selections import unpack

ON_ROLL, EVERYBODY = "on_roll", "all"
OLDEST = 120
BLANK = "-"  # a code that nobody has: not filled in
YES, NO, UNFILLED = "yes", "no", "blank"
FLAGS = [(YES, "是"), (NO, "否"), (UNFILLED, "未填")]
RUNNING_STATUSES = ("20", "21", "30", "31", "32", "33")

# Orders of the list: every one of them follows an index over the whole town, so that the first page and a deep
# one take the same time. Inside one union, any order sorts at most that union's people.
ORDERS: dict[str, tuple[tuple[str, ...], str]] = {
    "": (("-pk",), "最近登记在前"),
    "name": (("pinyin", "pk"), "姓名（拼音）"),
    "-name": (("-pinyin", "-pk"), "姓名（拼音倒序）"),
    "joined": (("member_since", "pk"), "入会日期，早的在前（仅有会籍的）"),
    "-joined": (("-member_since", "-pk"), "入会日期，近的在前（仅有会籍的）"),
    "union": (("union_id", "-pk"), "所属工会"),
    "confirmed": (("confirmed_on", "pk"), "最近确认日期，久的在前（仅确认过的）"),
    "-confirmed": (("-confirmed_on", "-pk"), "最近确认日期，近的在前（仅确认过的）"),
}
# Orders by a date list those who have one: the others would stand in front, and no index reaches past them.
FILLED = ("member_since", "confirmed_on")


def several() -> forms.SelectMultiple:
    """The control of a filter by any of several values."""
    return forms.SelectMultiple(attrs={"data-long-select": "", "data-placeholder": "全部"})


class CodeFilter(filters.MultipleChoiceFilter):
    """One or several codes of a table, or that none was filled in. The set of filters loads all tables at once."""

    def __init__(self, table: str, label: str, *, blank: bool = True, only: tuple[str, ...] = (), **kwargs):
        super().__init__(label=label, distinct=False, widget=several(), choices=[], **kwargs)
        self.table, self.blank, self.only = table, blank, only

    def offer(self, names: dict[str, str]) -> list[tuple[str, str]]:
        """The choices, withdrawn codes included: old records keep theirs."""
        choices = [(code, name) for code, name in names.items() if not self.only or code in self.only]
        return [*choices, *([(BLANK, "未填")] if self.blank else [])]

    def filter(self, qs, value):
        """Rows with one of the codes."""
        codes = ["" if code == BLANK else code for code in value or []]
        return qs.filter(**{f"{self.field_name}__in": codes}) if codes else qs


def flag(label: str, field_name: str) -> filters.ChoiceFilter:
    """A filter by a fact that is true, false or not filled in."""
    return filters.ChoiceFilter(
        label=label, field_name=field_name, method="by_flag", choices=FLAGS, empty_label="全部"
    )


def since(label: str, field_name: str, lookup: str) -> filters.DateFilter:
    """A filter by one end of a span of days."""
    return filters.DateFilter(label=label, field_name=field_name, lookup_expr=lookup, widget=DateInput())


class WorkerFilter(filters.FilterSet):
    """Query string of the roll. The text of the search box arrives sealed as ``find`` (workers.search)."""

    find = filters.CharFilter(method="by_search", widget=forms.HiddenInput)
    by = filters.ChoiceFilter(choices=list(LABELS.items()), method="as_it_is", widget=forms.HiddenInput)
    people = filters.CharFilter(method="by_people", widget=forms.MultipleHiddenInput)
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    employer = filters.ModelChoiceFilter(
        label="工作单位",
        queryset=visible_employers,
        empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )
    standing = filters.ChoiceFilter(
        label="会籍",
        method="by_standing",
        empty_label="在册",
        choices=[*Standing.choices, (EVERYBODY, "全部（含已离会）")],
    )
    sort = filters.ChoiceFilter(
        label="排序",
        method="in_order",
        empty_label=ORDERS[""][1],
        choices=[(key, label) for key, (_, label) in ORDERS.items() if key],
    )
    status = CodeFilter(
        "membership_status", "会籍状态", blank=False, only=RUNNING_STATUSES, method="by_status"
    )
    joined_from = since("入会不早于", "member_since", "gte")
    joined_to = since("入会不晚于", "member_since", "lte")
    job_form = CodeFilter("employment_form", "用工形式", method="by_form")
    sex = filters.MultipleChoiceFilter(label="性别", choices=Sex.choices, distinct=False,
                                       widget=several())  # fmt: skip
    age_from = filters.NumberFilter(label="年龄不小于", method="by_age_from", min_value=0, max_value=OLDEST)
    age_to = filters.NumberFilter(label="年龄不大于", method="by_age_to", min_value=0, max_value=OLDEST)
    birth_month = filters.TypedMultipleChoiceFilter(
        label="生日月份", field_name="birth_date", method="by_birth_month", coerce=int, distinct=False,
        choices=[(month, f"{month} 月") for month in range(1, 13)],
        widget=several(),
    )  # fmt: skip
    doc_type = CodeFilter("id_document_type", "证件类别", blank=False, method="by_document")
    ethnicity = CodeFilter("ethnicity", "民族")
    education = CodeFilter("education", "学历")
    skill_level = CodeFilter("skill_level", "技能等级")
    political = CodeFilter("political_affiliation", "政治面貌")
    employment_status = CodeFilter("employment_status", "就业状况")
    household_type = CodeFilter("household_type", "户籍类型")
    migrant = flag("农民工", "is_migrant")
    key_post = flag("关键岗位", "is_key_post")
    industrial = flag("产业工人", "is_industrial")
    complete = filters.ChoiceFilter(
        label="必填信息",
        method="by_completeness",
        empty_label="全部",
        choices=[(YES, "齐全"), (NO, "不齐全"), ("phone", "缺移动电话"), ("birth_date", "缺出生日期")],
    )  # fmt: skip
    confirmed = filters.ChoiceFilter(
        label="确认在册",
        method="by_confirmed",
        empty_label="全部",
        choices=[(YES, "确认过"), (NO, "从未确认")],
    )
    confirmed_from = since("最近确认不早于", "confirmed_on", "gte")
    confirmed_to = since("最近确认不晚于", "confirmed_on", "lte")

    class Meta:
        model = Worker
        fields = [
            "find", "by", "people", "union", "employer", "standing", "sort", "status", "joined_from",
            "joined_to", "job_form", "sex", "age_from", "age_to", "birth_month", "doc_type", "ethnicity",
            "education", "skill_level", "political", "employment_status", "household_type", "migrant",
            "key_post", "industrial", "complete", "confirmed", "confirmed_from", "confirmed_to",
        ]  # fmt: skip

    # Shown beside the search box, or hidden; everything after them is folded away.
    FIRST = ("find", "by", "people", "union", "employer", "standing", "sort")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for found in self.filters.values():
            if isinstance(found, CodeFilter):
                found.extra["choices"] = self._choices(found)

    def _choices(self, found: CodeFilter) -> Callable[[], list[tuple[str, str]]]:
        return lambda: found.offer(self._names[found.table])

    @functools.cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """Names of all coded filters in one query, and only when a page shows or uses one of them."""
        tables = (found.table for found in self.filters.values() if isinstance(found, CodeFilter))
        return queries.code_names(*tables)

    @property
    def text(self) -> str:
        """What the user typed into the search box."""
        return unseal(self.data.get("find", ""))

    @functools.cached_property
    def understood(self) -> Understood | None:
        """How the text of the search box is read in the user's reach, and how else it could be."""
        if not self.text:
            return None
        rows = self.queryset.select_related(None).prefetch_related(None)
        return understand(self.text, rows=rows, user=self.request.user, kind=self.data.get("by", ""))

    @property
    def more_in_use(self) -> list[str]:
        """Names of the folded filters that are set."""
        names = [name for name in self.Meta.fields if name not in self.FIRST]
        return [name for name in names if self.data.get(name)]

    @property
    def folded_values(self) -> list[tuple[str, str]]:
        """(name, value) of the folded filters and the order in use: the page keeps them until the fields are loaded."""
        names = [*self.more_in_use, *(["sort"] if self.data.get("sort") else [])]
        return [(name, value) for name in dict.fromkeys(names) for value in self.data.getlist(name)]

    @property
    def picked(self) -> list[int]:
        """Keys of the picked people, several packed sets together."""
        return [key for text in self.data.getlist("people") for key in unpack(text)]

    def filter_queryset(self, queryset):
        """People who left are shown when asked for: by the filter, a search, or picked one by one."""
        if not (self.form.cleaned_data.get("standing") or self.text or self.picked):
            queryset = queryset.on_roll()
        return super().filter_queryset(queryset)

    def everybody(self):
        """The rows by the filters alone, people who left included."""
        self.form.is_valid()
        return super().filter_queryset(self.queryset.all())

    def as_it_is(self, queryset, name, value):
        """How to read the search box is decided there."""
        return queryset

    def by_search(self, queryset, name, value):
        """The search box; a token that is not ours finds nobody."""
        if self.understood is None:
            return queryset.none()
        asked = self.understood.asked
        return search_rows(queryset, self.text, asked.kind)

    def by_people(self, queryset, name, value):
        """Exactly the picked people who are in reach."""
        return queryset.filter(pk__in=self.picked)

    def below(self, queryset, name, value):
        """People of the union or one below it."""
        return queryset.filter(union__in=unions_under([value.path]))

    def by_standing(self, queryset, name, value):
        """One standing, or everybody."""
        return queryset if value == EVERYBODY else queryset.filter(standing=value)

    def in_order(self, queryset, name, value):
        """Another order than the latest first; by a date only those who have it."""
        order, _ = ORDERS[value]
        dated = [f"{field.removeprefix('-')}__isnull" for field in order if field.removeprefix("-") in FILLED]
        return queryset.filter(**dict.fromkeys(dated, False)).order_by(*order)

    def by_status(self, queryset, name, value):
        """Standing of today's membership in detail: why it is retained, and so on."""
        spells = Membership.objects.on(timezone.localdate()).filter(status__in=value)
        return queryset.filter(pk__in=spells.order_by().values("worker"))

    def by_form(self, queryset, name, value):
        """How somebody is employed today, in any of the jobs."""
        codes = ["" if code == BLANK else code for code in value]
        jobs = Employment.objects.on(timezone.localdate()).filter(form__in=codes)
        return queryset.filter(pk__in=jobs.order_by().values("worker"))

    def by_document(self, queryset, name, value):
        """Type of the document in use."""
        current = IdentityDocument.objects.filter(is_current=True, doc_type__in=value)
        return queryset.filter(pk__in=current.order_by().values("worker"))

    def by_flag(self, queryset, name, value):
        """True, false or not filled in."""
        return queryset.filter(**{name: {YES: True, NO: False, UNFILLED: None}[value]})

    def by_completeness(self, queryset, name, value):
        """All mandatory fields filled, one of them missing, or one in particular."""
        if value in LACKING:
            return queryset.filter(LACKING[value])
        return queryset.complete() if value == YES else queryset.incomplete()

    def by_confirmed(self, queryset, name, value):
        """Confirmed to be on the roll at least once, or never."""
        return queryset.filter(confirmed_on__isnull=value == NO)

    def by_age_from(self, queryset, name, value):
        """At least so many completed years today."""
        return queryset.filter(birth_date__lte=_years_ago(int(value)))

    def by_age_to(self, queryset, name, value):
        """At most so many completed years today."""
        return queryset.filter(birth_date__gt=_years_ago(int(value) + 1))

    def by_birth_month(self, queryset, name, value):
        """Born in one of these months, whatever the year."""
        return queryset.filter(birth_date__month__in=value)


LACKING = {
    "phone": Q(phone_index=None),
    "birth_date": Q(birth_date=None),
}


def _years_ago(years: int) -> dt.date:
    today = timezone.localdate()
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)
