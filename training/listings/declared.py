"""申报未核验 as a list: people whose declared level no verified certificate proves (docs/adr/0020)."""

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from core import codes
from core.access import Permission
from core.forms import LongSelect
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.certificates import level_choices
from training.models import Certificate
from unions.filters import visible_unions
from workers.models import Worker
from workers.querysets import SKILLED
from workers.search import search, unseal

NOTHING, WAITING, LOWER = "nothing", "waiting", "lower"
GAPS = [(NOTHING, "没有登记证书"), (WAITING, "已登记，待核验"), (LOWER, "证书等级较低")]


def unproven(workers, day):
    """Those of the people who declared grade five or above, and have no verified certificate of at least that level
    valid on the day; ``highest`` is the rung they can prove, ``is_waiting`` that one of that level waits."""
    own = Certificate.objects.filter(worker=OuterRef("pk"))
    proven = Certificate.objects.valid_on(day).filter(worker=OuterRef("pk")).highest_levels()
    waiting = own.waiting().filter(level__gte=OuterRef("skill_level"))
    declared = workers.filter(skill_level__in=SKILLED)
    found = declared.annotate(highest=Subquery(proven.values("highest")), is_waiting=Exists(waiting))
    return found.filter(Q(highest=None) | Q(highest__lt=F("skill_level")))


class DeclaredFilter(filters.FilterSet):
    """Query string of the list. Who is looked for arrives sealed as ``find``."""

    find = filters.CharFilter(label="姓名 / 号码", method="by_search", widget=forms.HiddenInput)
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    level = filters.ChoiceFilter(
        label="申报等级", field_name="skill_level", choices=level_choices, empty_label="全部"
    )
    gap = filters.ChoiceFilter(label="情况", method="by_gap", choices=GAPS, empty_label="全部")

    class Meta:
        model = Worker
        fields = ["find", "union", "level", "gap"]

    @property
    def text(self) -> str:
        """What was looked for."""
        return unseal(self.data.get("find", ""))

    def by_search(self, queryset, name, value):
        """As on the roll; an unreadable seal finds nobody."""
        return search(queryset, unseal(value))

    def below(self, queryset, name, value):
        """People of the union or one below it."""
        return queryset.filter(union__path__startswith=value.path)

    def by_gap(self, queryset, name, value):
        """What is missing; see ``gap_of``."""
        if value == WAITING:
            return queryset.filter(is_waiting=True)
        return queryset.filter(is_waiting=False, highest__isnull=value == NOTHING)


def gap_of(row, names: dict) -> str:
    """What is missing, in words."""
    if row.is_waiting:
        return dict(GAPS)[WAITING]
    return dict(GAPS)[LOWER if row.highest else NOTHING]


class DeclaredListing(FilterListing):
    """People on the roll in reach with an unproven level, the latest registered first."""

    name = "declared_skills"
    title = "申报未核验"
    url_name = "training:declared_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(DeclaredFilter.Meta.fields)
    filter_class = DeclaredFilter
    order = ("-pk",)
    unsaid = ("find",)
    whole = "全部申报未核验的职工"
    holds_people = True
    columns = (
        Column("name", "姓名", AsRead("name"), reads=("name",), personal=True),
        Column("union", "所属工会", AsRead("union__name"), width=34, reads=("union__name",)),
        Column("employer", "工作单位", AsRead("employer__name"), width=34, reads=("employer__name",)),
        Column("level", "申报等级", lambda row, names: _level(row.skill_level, names), width=16,
               reads=("skill_level",)),
        Column("highest", "已核验的最高等级", lambda row, names: _level(row.highest, names), width=18,
               reads=("highest",)),
        Column("gap", "情况", gap_of, width=18, reads=("is_waiting", "highest")),
    )  # fmt: skip

    def everything(self, user, query):
        """People on the roll, those who left and anonymised records left out."""
        people = Worker.objects.within_reach(user, Permission.VIEW_TRAINING).filter(anonymised_on=None)
        found = unproven(people.on_roll(), timezone.localdate()).select_related("union", "employer")
        return found.defer("phone", "phone_index")

    def names(self):
        """Names of the levels."""
        return {"skill_level": codes.names("skill_level")}


def _level(code: str | None, names: dict) -> str:
    return names["skill_level"].get(code, code) if code else ""
