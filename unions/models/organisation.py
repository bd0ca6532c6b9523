"""The union tree (小三级), terms of committees, and certificates as legal persons."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from unions.scoping import ScopedQuerySet, UnionScopedQuerySet
from unions.spells import in_effect


class OrgType(models.TextChoices):
    """Kinds of union (code table ``union_org_type``) that the software treats differently."""

    TOWN = "10", "镇（街道）总工会"
    FEDERATION = "20", "工会联合会（未分类型）"
    VILLAGE_FEDERATION = "21", "村（社区）工会联合会"
    AREA_FEDERATION = "22", "区域性工会联合会（园区）"
    SECTOR_FEDERATION = "23", "行业性工会联合会"
    INDUSTRY = "24", "产业（系统）工会"
    GRASSROOTS = "31", "基层工会委员会（独立）"
    JOINT = "32", "联合基层工会委员会"
    BRANCH = "33", "分工会（车间工会）"
    GROUP = "34", "工会小组"
    ORGANISER = "40", "组织员覆盖（未建会）"
    STATION = "50", "工会工作站/服务站"


FEDERATIONS = (
    OrgType.TOWN,
    OrgType.FEDERATION,
    OrgType.VILLAGE_FEDERATION,
    OrgType.AREA_FEDERATION,
    OrgType.SECTOR_FEDERATION,
    OrgType.INDUSTRY,
)
# Unions in the sense of the law: a committee that covers firms. Stations and organisers never count.
COMMITTEES = (OrgType.GRASSROOTS, OrgType.JOINT)


class UnionQuerySet(UnionScopedQuerySet):
    def existing(self, on):
        """Founded and not dissolved on the day; a union whose founding nobody knows was there before."""
        founded = Q(founded_on=None) | Q(founded_on__lte=on)
        return self.filter(founded & (Q(dissolved_on=None) | Q(dissolved_on__gt=on)))

    def within(self, union):
        """The union and all below it."""
        return self.filter(path__startswith=union.path)

    def committees(self):
        """Grassroots committees, own or joint."""
        return self.filter(org_type__in=COMMITTEES)


class Union(models.Model):
    """One organisation of the tree: town union, federation, grassroots union.

    ``path`` is the materialised way from the root, ``1/5/12/`` of primary keys; ``unions.services`` keeps it.
    Declared members stand beside counted ones (domain facts 2.1): both are shown, neither replaces the other.
    """

    code = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("工会名称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    org_type = models.CharField("组织类型", max_length=2, choices=OrgType)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级工会"
    )
    path = models.CharField("路径", max_length=200, unique=True, editable=False)
    credit_code = models.CharField("工会统一社会信用代码", max_length=18, blank=True)
    founded_on = models.DateField("建会日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    declared_members = models.PositiveIntegerField("申报会员数", null=True, blank=True)
    head_name = models.CharField("工会负责人", max_length=50, blank=True)
    head_phone = models.CharField("联系电话", max_length=30, blank=True)
    can_register = models.BooleanField("具备法人登记条件", default=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        verbose_name="已并入",
    )
    is_holding = models.BooleanField("代管会籍", default=False, help_text="接收暂无工会的会员")
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = UnionQuerySet.as_manager()

    class Meta:
        verbose_name = "工会"
        ordering = ["path"]
        indexes = [
            models.Index(fields=["path"], name="unions_union_path_prefix", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="unions_union_credit_code_once",
                violation_error_message="该工会统一社会信用代码已被其他工会使用",
            ),
            models.CheckConstraint(
                name="unions_union_dates_in_order",
                condition=Q(dissolved_on=None) | Q(founded_on=None) | Q(dissolved_on__gt=F("founded_on")),
                violation_error_message="撤销日期应晚于建会日期",
            ),
            models.CheckConstraint(
                name="unions_union_only_root_without_parent",
                condition=Q(parent__isnull=False) | Q(org_type=OrgType.TOWN),
                violation_error_message="除镇总工会外，均应填写上级工会",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unions:union_detail", args=[self.pk])

    @property
    def depth(self) -> int:
        """0 for the town union."""
        return self.path.count("/") - 1

    @property
    def is_federation(self) -> bool:
        """Federations have member unions, never direct members or firms (domain facts 4)."""
        return self.org_type in FEDERATIONS


class DatedOfUnionQuerySet(ScopedQuerySet):
    def on(self, day):
        """In effect on the day."""
        return self.filter(in_effect(day))


class Term(models.Model):
    """One term (届) of a union committee: 3 or 5 years (工会法 16). ``end`` is the day it runs out."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="terms", verbose_name="工会")
    number = models.PositiveSmallIntegerField("届次")
    start = models.DateField("选举日期")
    end = models.DateField("届满日期")

    objects = DatedOfUnionQuerySet.as_manager()

    class Meta:
        verbose_name = "委员会届次"
        ordering = ["-start"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "number"],
                name="unions_term_number_once",
                violation_error_message="该届次已登记",
            ),
            models.CheckConstraint(
                name="unions_term_dates_in_order",
                condition=Q(end__gt=F("start")),
                violation_error_message="届满日期应晚于选举日期",
            ),
        ]

    def __str__(self):
        return f"第{self.number}届"


class LegalRegistration(models.Model):
    """A union's certificate as a legal person (总工办发〔2020〕20号), with its validity."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="registrations", verbose_name="工会")
    number = models.CharField("证书编号", max_length=40)
    start = models.DateField("有效期起")
    end = models.DateField("有效期止")

    objects = DatedOfUnionQuerySet.as_manager()

    class Meta:
        verbose_name = "工会法人登记"
        ordering = ["-start"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "number", "start"],
                name="unions_registration_once",
                violation_error_message="该证书已登记",
            ),
            models.CheckConstraint(
                name="unions_registration_dates_in_order",
                condition=Q(end__gt=F("start")),
                violation_error_message="有效期止应晚于有效期起",
            ),
        ]

    def __str__(self):
        return self.number
