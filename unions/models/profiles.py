"""What the organisation form asks beyond the columns of the tree (domain facts 2.1)."""

from django.db import models
from django.db.models import F, Q

from unions.models.organisation import Union
from unions.scoping import ScopedQuerySet


class UnionProfile(models.Model):
    """Further facts of a union: how it was founded, its bodies, and the people it declares.

    A flag that nobody has filled in is None, never "no". Declared numbers are kept beside the counted ones.
    """

    class FoundingWay(models.TextChoices):
        OFFLINE = "1", "线下"
        ONLINE = "2", "网上"

    union = models.OneToOneField(Union, models.CASCADE, related_name="profile", verbose_name="工会")
    address = models.CharField("工会地址", max_length=200, blank=True)
    email = models.EmailField("工会邮箱", max_length=100, blank=True)
    preparing_from = models.DateField("筹备组成立日期", null=True, blank=True)
    approval_number = models.CharField("建会批复文号", max_length=60, blank=True)
    founding_way = models.CharField("建会方式", max_length=1, choices=FoundingWay, blank=True)
    full_time_cadres = models.PositiveSmallIntegerField("专职干部人数", null=True, blank=True)
    declared_employees = models.PositiveIntegerField("申报职工数", null=True, blank=True)
    declared_women = models.PositiveIntegerField("申报女职工数", null=True, blank=True)
    declared_women_members = models.PositiveIntegerField("申报女会员数", null=True, blank=True)
    declared_migrants = models.PositiveIntegerField("申报农民工数", null=True, blank=True)
    has_audit_committee = models.BooleanField("经费审查委员会", null=True, blank=True)
    has_women_committee = models.BooleanField("女职工委员会", null=True, blank=True)
    has_congress = models.BooleanField("职工代表大会", null=True, blank=True)
    has_supervision_committee = models.BooleanField("劳动法律监督委员会", null=True, blank=True)
    opens_affairs = models.BooleanField("厂务公开", null=True, blank=True)
    has_contract = models.BooleanField("集体合同", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "工会补充信息"
        constraints = [
            models.CheckConstraint(
                name="unions_unionprofile_women_within",
                condition=Q(declared_women=None)
                | Q(declared_employees=None)
                | Q(declared_women__lte=F("declared_employees")),
                violation_error_message="申报女职工数不能多于申报职工数",
            ),
            models.CheckConstraint(
                name="unions_unionprofile_migrants_within",
                condition=Q(declared_migrants=None)
                | Q(declared_employees=None)
                | Q(declared_migrants__lte=F("declared_employees")),
                violation_error_message="申报农民工数不能多于申报职工数",
            ),
        ]

    def __str__(self):
        return f"{self.union_id}"
