"""Certificates of skill and the papers that prove them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.papers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workers", "0009_rare_values_of_the_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("qualification", "职业资格证书"),
                            ("level", "职业技能等级证书"),
                            ("ability", "专项职业能力证书"),
                        ],
                        max_length=16,
                        verbose_name="证书种类",
                    ),
                ),
                ("trade", models.CharField(max_length=50, verbose_name="工种")),
                ("level", models.CharField(blank=True, max_length=10, verbose_name="等级")),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="证书编号")),
                ("issuer", models.CharField(blank=True, max_length=100, verbose_name="发证机构")),
                ("issued_on", models.DateField(verbose_name="发证日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
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
                        related_name="certificates",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "技能证书",
                "ordering": ["-issued_on", "-pk"],
                "indexes": [
                    models.Index(fields=["-issued_on", "-id"], name="training_certificate_list"),
                    models.Index(
                        condition=models.Q(("state", "entered")),
                        fields=["id"],
                        name="training_certificate_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "ability"), ("level", "")),
                            models.Q(
                                models.Q(("kind", "ability"), _negated=True),
                                ("level__in", ("L2", "L3", "L4", "L5", "L6", "L7", "L8")),
                            ),
                            _connector="OR",
                        ),
                        name="training_certificate_level_by_kind",
                        violation_error_message="职业资格证书和职业技能等级证书须选择初级工至首席技师中的一级；专项职业能力证书不分等级，请留空",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_until__gte", models.F("issued_on")),
                            _connector="OR",
                        ),
                        name="training_certificate_ends_after_issue",
                        violation_error_message="有效期至不能早于发证日期，请对照证书核对",
                    ),
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
                        name="training_certificate_revoked_has_day",
                        violation_error_message="已失效的证书须有失效日期，且不早于发证日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "entered")),
                            models.Q(
                                models.Q(("state", "entered"), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="training_certificate_decided_has_time",
                        violation_error_message="待核验的证书没有核验时间，其他的都有",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("number", ""), _negated=True),
                        ),
                        fields=("kind", "number"),
                        name="training_certificate_once",
                        violation_error_message="这一编号的同类证书已经登记过。请核对编号；确系本人证书的，请联系镇总工会核实",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        max_length=200,
                        upload_to=core.papers.paper_path,
                        verbose_name="文件",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("jpg", "JPEG"), ("png", "PNG")],
                        max_length=4,
                        verbose_name="格式",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="字节数")),
                ("sha256", models.CharField(max_length=64, verbose_name="摘要")),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="training.certificate",
                        verbose_name="技能证书",
                    ),
                ),
            ],
            options={
                "verbose_name": "证书附件",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("certificate", "sha256"),
                        name="training_evidence_once",
                        violation_error_message="这个文件已经上传过",
                    ),
                ],
            },
        ),
    ]
