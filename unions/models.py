"""The union tree (小三级), employers, terms of committees, and posts (任职)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from core.access import Permission
from unions.roles import Role
from unions.scoping import ScopedQuerySet, UnionScopedQuerySet
from unions.spells import in_effect, same_and_overlapping


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
        """Founded and not dissolved on the day."""
        return self.filter(
            in_effect(on, "founded_on", "dissolved_on") | Q(founded_on=None, dissolved_on=None)
        )

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


class EmployerQuerySet(ScopedQuerySet):
    def covered(self, on):
        """Firms with a union, own or joint, on the day."""
        return self.filter(pk__in=Coverage.objects.on(on).values("employer"))

    def trading(self, on):
        """Firms that exist on the day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on)).filter(
            Q(opened_on=None) | Q(opened_on__lte=on)
        )

    def with_employees(self, on):
        """Annotate ``employees``: the last declared headcount up to the day."""
        last = Headcount.objects.filter(employer=models.OuterRef("pk"), on__lte=on).order_by("-on")
        return self.annotate(employees=models.Subquery(last.values("employees")[:1]))


class Employer(models.Model):
    """A firm. ``union`` is the union in charge: the covering one, or the federation of its place."""

    name = models.CharField("单位名称", max_length=100)
    name_key = models.CharField("名称键", max_length=100, editable=False, unique=True)
    credit_code = models.CharField("单位统一社会信用代码", max_length=18, blank=True)
    legacy_code = models.CharField("旧注册号/机构代码", max_length=20, blank=True)
    union = models.ForeignKey(Union, models.PROTECT, related_name="employers", verbose_name="归口工会")
    address = models.CharField("单位地址", max_length=200, blank=True)
    district = models.CharField("所在政区", max_length=50, blank=True)
    nature = models.CharField("单位性质类别", max_length=20, blank=True)
    economy = models.CharField("经济类型", max_length=20, blank=True)
    industry = models.CharField("所属行业", max_length=20, blank=True)
    opened_on = models.DateField("成立日期", null=True, blank=True)
    closed_on = models.DateField("关停日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "用人单位"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="unions_employer_credit_code_once",
                violation_error_message="该单位统一社会信用代码已登记",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unions:employer_detail", args=[self.pk])


class CoverageQuerySet(ScopedQuerySet):
    def on(self, day):
        """In effect on the day."""
        return self.filter(in_effect(day))


class Coverage(models.Model):
    """A union covers a firm from a day to (not including) a day; a firm has one union at a time."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="coverages", verbose_name="用人单位")
    union = models.ForeignKey(Union, models.PROTECT, related_name="coverages", verbose_name="工会")
    start = models.DateField("起始日期")
    end = models.DateField("终止日期", null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = "建会覆盖"
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                name="unions_coverage_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="终止日期应晚于起始日期",
            ),
            ExclusionConstraint(
                name="unions_coverage_one_at_a_time",
                expressions=[same_and_overlapping("employer")],
                violation_error_message="该单位在此期间已由一个工会覆盖",
            ),
        ]

    def __str__(self):
        return f"{self.employer_id} → {self.union_id}"


class HeadcountQuerySet(ScopedQuerySet):
    union_field = "employer__union"

    def latest_on(self, day):
        """The last declared row of each firm up to the day."""
        newest = Headcount.objects.filter(employer=models.OuterRef("employer"), on__lte=day).order_by("-on")
        return self.filter(pk=models.Subquery(newest.values("pk")[:1]))


class Headcount(models.Model):
    """Employees of a firm as declared on a day. Declared, not counted: the roll has its own figure."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="headcounts", verbose_name="用人单位")
    on = models.DateField("申报日期")
    employees = models.PositiveIntegerField("职工人数")
    women = models.PositiveIntegerField("女职工人数", null=True, blank=True)

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = "职工人数申报"
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "on"],
                name="unions_headcount_once_a_day",
                violation_error_message="该单位当日已申报过职工人数",
            ),
            models.CheckConstraint(
                name="unions_headcount_women_within",
                condition=Q(women=None) | Q(women__lte=F("employees")),
                violation_error_message="女职工人数不能多于职工人数",
            ),
        ]

    def __str__(self):
        return f"{self.employer_id} {self.on} {self.employees}"

    def get_absolute_url(self):
        return reverse("unions:employer_detail", args=[self.employer_id])


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


class PostQuerySet(ScopedQuerySet):
    view_permission = Permission.MANAGE_POSTS
    edit_permission = Permission.MANAGE_POSTS

    def current(self):
        """In effect today."""
        return self.filter(in_effect(timezone.localdate()))


class Post(models.Model):
    """A user holds a role over a union and all below it, from a day to (not including) a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="账号"
    )
    union = models.ForeignKey(Union, models.PROTECT, related_name="posts", verbose_name="工会")
    role = models.CharField("角色", max_length=20, choices=Role)
    start = models.DateField("任职起")
    end = models.DateField("任职止", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="任命人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                name="unions_post_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="任职止应晚于任职起",
            ),
            models.CheckConstraint(
                name="unions_post_known_role",
                condition=Q(role__in=Role.values),
                violation_error_message="未知的角色",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"
