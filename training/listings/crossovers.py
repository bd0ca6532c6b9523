"""职称贯通 as a list: whose certificate may open the way to a title, by which rule, and from when (domain facts 7.1).

The rules are those of the trial of 2018 for the engineering series: years of work in the trade after the certificate.
Their lengths are legal numbers with dates. The list only says who may be eligible; the title committee decides.
"""

import django_filters as filters
from django.db.models import Case, CharField, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from core import codes
from core.access import Permission
from core.codes import legal_number
from core.forms import LongSelect
from core.intervals import later
from core.lines import AsRead
from core.listing import Column, FilterListing
from core.models import LegalNumber
from training.filters.certificates import level_choices
from training.models import Certificate, Rank, Title
from unions.filters import visible_unions

# Level of the certificate → rank of the title it may lead to, and the legal number that says after how many years.
RULES = {
    "L4": (Rank.ASSISTANT, "crossover.assistant_years"),
    "L5": (Rank.MIDDLE, "crossover.middle_years"),
    "L6": (Rank.DEPUTY, "crossover.deputy_years"),
}
MET, COMING = "met", "coming"


def openings(certificates, day):
    """Those of the certificates that may lead to a title by a rule in force on the day: verified and valid, the first
    of its level and trade, and no title of that rank or above held yet. ``target`` is the rank, ``years`` the rule's
    length, ``met_on`` the day from which the years are over."""
    years = {level: int(legal_number(code, on=day)) for level, (_, code) in RULES.items()}
    target = Case(*(When(level=level, then=Value(rank.value)) for level, (rank, _) in RULES.items()))
    length = Case(*(When(level=level, then=Value(number)) for level, number in years.items()))
    own = Certificate.objects.valid_on(day).filter(
        worker=OuterRef("worker"), level=OuterRef("level"), trade=OuterRef("trade")
    )
    held = Title.objects.held_on(day).filter(worker=OuterRef("worker"), rank__gte=OuterRef("target"))
    found = certificates.filter(pk__in=Certificate.objects.valid_on(day).values("pk"), level__in=RULES)
    found = found.annotate(
        target=Cast(target, CharField()),
        years=Cast(length, IntegerField()),
        met_on=later("issued_on", years=length),
    )
    earlier = own.filter(
        Q(issued_on__lt=OuterRef("issued_on")) | Q(issued_on=OuterRef("issued_on"), pk__lt=OuterRef("pk"))
    )
    return found.exclude(Exists(earlier)).exclude(Exists(held))


def rules_today() -> list[LegalNumber]:
    """The rules in force, with their sources."""
    today = timezone.localdate()
    rows = LegalNumber.objects.filter(code__in=[code for _, code in RULES.values()], valid_from__lte=today)
    return sorted(rows.order_by("code", "-valid_from").distinct("code"), key=lambda row: row.value)


class CrossoverFilter(filters.FilterSet):
    """Query string of the list."""

    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    level = filters.ChoiceFilter(
        label="证书等级",
        choices=lambda: [choice for choice in level_choices() if choice[0] in RULES],
        empty_label="全部",
    )
    standing = filters.ChoiceFilter(
        label="年限",
        method="by_standing",
        choices=[(MET, "年限已满"), (COMING, "年限未满")],
        empty_label="全部",
    )

    class Meta:
        model = Certificate
        fields = ["union", "level", "standing"]

    def below(self, queryset, name, value):
        """Certificates of people of the union or one below it."""
        return queryset.filter(worker__union__path__startswith=value.path)

    def by_standing(self, queryset, name, value):
        """By whether the years are over today."""
        today = timezone.localdate()
        return queryset.filter(met_on__lte=today) if value == MET else queryset.filter(met_on__gt=today)


def missing(row, names: dict) -> str:
    """What is still missing, in words."""
    if row.met_on > names["today"]:
        return f"从业年限未满，{row.met_on} 满 {row.years} 年"
    return "年限已满，其他条件由评审委员会审核"


def rule(row, names: dict) -> str:
    """The rule, in words."""
    level = names["skill_level"].get(row.level, row.level)
    return f"{level}满 {row.years} 年 → {Rank(row.target).label}"


class CrossoverListing(FilterListing):
    """Certificates that may lead to a title, the earliest day first."""

    name = "crossovers"
    title = "职称贯通"
    url_name = "training:crossover_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(CrossoverFilter.Meta.fields)
    filter_class = CrossoverFilter
    order = ("met_on", "pk")
    whole = "全部可能符合条件的职工"
    holds_people = True
    columns = (
        Column("name", "姓名", AsRead("worker__name"), reads=("worker__name",), personal=True),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("trade", "工种", AsRead("trade"), width=16, reads=("trade",)),
        Column("issued_on", "发证日期", AsRead("issued_on"), reads=("issued_on",)),
        Column("rule", "适用规则", rule, width=34, reads=("level", "years", "target")),
        Column("met_on", "年限满足日期", AsRead("met_on"), width=14, reads=("met_on",)),
        Column("missing", "尚缺条件", missing, width=36, reads=("met_on", "years")),
    )  # fmt: skip

    def everything(self, user, query):
        """Certificates of people on the roll in reach."""
        rows = Certificate.objects.visible_to(user).filter(worker__anonymised_on=None)
        rows = rows.exclude(worker__standing="left").select_related("worker__union")
        return openings(rows, timezone.localdate()).defer("worker__phone", "worker__phone_index")

    def names(self):
        """Names of the levels, and today."""
        return {"skill_level": codes.names("skill_level"), "today": timezone.localdate()}
