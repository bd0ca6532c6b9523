"""Users, invitations and the audit trail."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils import timezone


class User(AbstractUser):
    """A person who signs in. What they may do follows from their posts (``unions.Post``)."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=50)
    email = models.EmailField("电子邮箱", blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=~Q(email=""),
                name="accounts_user_email_once",
                violation_error_message="该电子邮箱已被其他账号使用",
            ),
        ]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        """The name shown on pages."""
        return self.name or self.username

    def get_short_name(self):
        """Same as the full name: Chinese names are not split."""
        return self.get_full_name()


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Links that can still be used."""
        return self.filter(used_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A one-time link by which a new user sets the password. Only the hash of its token is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="invitations", verbose_name="账号")
    token_hash = models.BinaryField("令牌摘要", max_length=32, unique=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="invitations_sent", verbose_name="邀请人"
    )
    created_at = models.DateTimeField("邀请时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "邀请"

    def __str__(self):
        return f"{self.user} {self.created_at:%Y-%m-%d}"


class AuditEntry(models.Model):
    """One line of the audit trail: append-only and hash-chained by the database.

    A trigger takes a lock, numbers the entry without gaps, and chains its hash to the entry before;
    UPDATE and DELETE are refused (migration ``0002_audit_chain``). Encrypted values appear as "changed".
    """

    class Category(models.TextChoices):
        BUSINESS = "business", "业务操作"
        ACCESS = "access", "查看与下载"
        SECURITY = "security", "账号安全"
        SYSTEM = "system", "系统管理"

    at = models.DateTimeField("时间", default=timezone.now)
    category = models.CharField("类别", max_length=10, choices=Category)
    action = models.CharField("动作", max_length=60)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人"
    )
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.BigIntegerField("对象编号", null=True, blank=True)
    union_id = models.BigIntegerField("所属工会", null=True, blank=True)
    ip = models.GenericIPAddressField("来源地址", null=True, blank=True)
    details = models.JSONField("内容", default=dict)
    previous_hash = models.BinaryField("前一条摘要", max_length=32, editable=False, default=b"")
    hash = models.BinaryField("摘要", max_length=32, editable=False, default=b"")

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="accounts_audit_object"),
            models.Index(fields=["category", "-id"], name="accounts_audit_category"),
            models.Index(fields=["actor", "-id"], name="accounts_audit_actor"),
            GinIndex(
                OpClass(KeyTransform("workers", "details"), name="jsonb_path_ops"),
                condition=Q(category="access"),
                name="accounts_audit_people",
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.action}"
