"""Indicators of the organisation: A1 建会率, A4 换届及时率, A5 工会法人登记率, and who has declared headcounts.

Definitions: domain facts 15.1. Coverage, terms and certificates are dated rows and read as at the cut-off;
what has no history (a firm's union in charge, a union's type) is today's and the note says so.
"""

from types import MappingProxyType

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.codes import legal_number
from core.reporting import Direction, Indicator, Line, Period, Section, counted
from unions.models import COMMITTEES, FEDERATIONS, Coverage, Employer, LegalRegistration, Term, Union


def covering_union(day, firm: str = "pk") -> Subquery:
    """The union that covers the firm (column ``firm`` of the outer query) on the day."""
    return Subquery(Coverage.objects.on(day).filter(employer=OuterRef(firm)).values("union")[:1])


def covered_firms(unions, period: Period):
    """Firms trading at the cut-off with a union, own or joint; annotated with declared ``employees``."""
    return _firms(unions, period.end).covered(period.end)


def firms_due(unions, period: Period):
    """Firms trading at the cut-off that should have a union: large enough by law (工会法 11) or covered."""
    least = legal_number("union.min_members", on=period.end)
    covered = Coverage.objects.on(period.end).values("employer")
    return _firms(unions, period.end).filter(Q(employees__gte=least) | Q(pk__in=covered))


def unionised_firms(unions, period: Period):
    """The firms among those due that are covered."""
    return firms_due(unions, period).covered(period.end)


def declaring_firms(unions, period: Period):
    """Covered firms that have declared a headcount up to the cut-off."""
    return covered_firms(unions, period).filter(employees__isnull=False)


def committees(unions, period: Period):
    """Grassroots committees, own or joint, that exist at the cut-off."""
    return counted(Union.objects.existing(period.end).committees(), F("pk"), unions)


def committees_in_term(unions, period: Period):
    """Committees with a recorded term that has begun and not run out."""
    return committees(unions, period).filter(pk__in=Term.objects.on(period.end).values("union"))


def registrable_unions(unions, period: Period):
    """Committees and federations that meet the conditions of a legal person (总工办发〔2020〕20号)."""
    able = Union.objects.existing(period.end).filter(
        can_register=True, org_type__in=(*FEDERATIONS, *COMMITTEES)
    )
    return counted(able, F("pk"), unions)


def registered_unions(unions, period: Period):
    """Unions able to register that hold a certificate valid at the cut-off."""
    valid = LegalRegistration.objects.on(period.end).values("union")
    return registrable_unions(unions, period).filter(pk__in=valid)


def _firms(unions, day):
    place = Coalesce(covering_union(day), F("union"), output_field=BigIntegerField())
    return counted(Employer.objects.trading(day).with_employees(day), place, unions).order_by("name", "pk")


def firm_lines(records, user) -> list[Line]:
    """Firms, with the headcount behind the figure where it sums one."""
    return [Line(firm.name, _headcount(firm), firm.get_absolute_url()) for firm in records]


def _headcount(firm: Employer) -> str:
    if not hasattr(firm, "employees"):
        return ""
    return "职工人数未申报" if firm.employees is None else f"申报职工 {firm.employees} 人"


def union_lines(records, user) -> list[Line]:
    """Unions with their type."""
    return [Line(union.name, union.get_org_type_display(), union.get_absolute_url()) for union in records]


class OrganisationSection(Section):
    """Coverage of firms, committees within their term, legal persons."""

    code = "organisation"
    title = "工会组织建设"
    lines = MappingProxyType({"unions.employer": firm_lines, "unions.union": union_lines})
    indicators = (
        Indicator(
            code="A1",
            title="建会率",
            unit="%",
            direction=Direction.UP,
            numerator=unionised_firms,
            denominator=firms_due,
            numerator_title="已建会单位",
            denominator_title="应建会单位",
            numerator_unit="家",
            denominator_unit="家",
            note="应建会单位指截止日正常经营、最近一次申报职工达到法定建会人数的单位，以及已由工会覆盖的单位；"
            "独立建会和联合建会均计为已建会。未建会单位按目前归口工会统计。",
        ),
        Indicator(
            code="A4",
            title="换届及时率",
            unit="%",
            direction=Direction.UP,
            numerator=committees_in_term,
            denominator=committees,
            numerator_title="在任期内的基层工会委员会",
            denominator_title="基层工会委员会",
            numerator_unit="个",
            denominator_unit="个",
            note="没有届次记录的委员会按未及时换届统计。",
        ),
        Indicator(
            code="A5",
            title="工会法人登记率",
            unit="%",
            direction=Direction.UP,
            numerator=registered_unions,
            denominator=registrable_unions,
            numerator_title="持有效法人证书的工会",
            denominator_title="具备登记条件的工会",
            numerator_unit="个",
            denominator_unit="个",
            note="具备登记条件以目前登记为准，包括基层工会、联合工会和工会联合会；证书按有效期统计。",
        ),
        Indicator(
            code="R1",
            title="职工人数申报率",
            unit="%",
            direction=Direction.UP,
            numerator=declaring_firms,
            denominator=covered_firms,
            numerator_title="已申报职工人数的单位",
            denominator_title="已建会单位",
            numerator_unit="家",
            denominator_unit="家",
            note="反映入会率分母的完整程度：未申报的单位没有职工人数可计。",
        ),
    )
