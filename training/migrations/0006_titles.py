"""Professional titles of people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0005_attendance"),
        ("workers", "0009_rare_values_of_the_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Title",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="职称名称")),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("1", "员级"),
                            ("2", "助理级"),
                            ("3", "中级"),
                            ("4", "副高级"),
                            ("5", "正高级"),
                        ],
                        max_length=1,
                        verbose_name="职称级别",
                    ),
                ),
                ("series", models.CharField(max_length=50, verbose_name="系列")),
                ("register_number", models.CharField(blank=True, max_length=40, verbose_name="证书编号")),
                ("issuer", models.CharField(blank=True, max_length=100, verbose_name="发证机构")),
                ("issued_on", models.DateField(verbose_name="取得日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "待核验"),
                            ("verified", "已核验"),
                            ("refused", "不予认定"),
                            ("revoked", "已失效"),
                        ],
                        default="entered",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "revoked_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="失效日期"),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="核验时间"),
                ),
                (
                    "decision_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="核验说明"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核验人",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="titles",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "职称",
                "ordering": ["-issued_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("revoked_on__gte", models.F("issued_on")),
                                ("revoked_on__isnull", False),
                                ("state", "revoked"),
                            ),
                            models.Q(models.Q(("state", "revoked"), _negated=True), ("revoked_on", None)),
                            _connector="OR",
                        ),
                        name="training_title_revoked_has_day",
                        violation_error_message="已失效的职称须有失效日期，且不早于取得日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "entered")),
                            models.Q(
                                models.Q(("state", "entered"), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="training_title_decided_has_time",
                        violation_error_message="待核验的职称没有核验时间，其他的都有",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("worker", "rank", "series"),
                        name="training_title_once",
                        violation_error_message="此人这一系列、这一级别的职称已经登记过",
                    ),
                ],
            },
        ),
    ]
