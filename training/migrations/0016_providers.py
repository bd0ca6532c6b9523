"""Providers with their qualifications, agreements with schools, and the classes held with them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.papers


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0015_candidates"),
        ("unions", "0005_fill_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="trainingclass",
            name="organiser",
            field=models.CharField(blank=True, max_length=100, verbose_name="其他承办单位"),
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="协议名称")),
                ("mode", models.CharField(max_length=10, verbose_name="合作方式")),
                ("signed_on", models.DateField(verbose_name="签订日期")),
                ("starts_on", models.DateField(verbose_name="协议期起")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="协议期止")),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="终止日期"),
                ),
                (
                    "end_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="终止原因"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="unions.union",
                        verbose_name="签约工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "校企合作协议",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="training_agreement_dates_in_order",
                        violation_error_message="协议期止不能早于协议期起",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_note", ""), ("ended_on", None)),
                            models.Q(
                                ("ended_on__gte", models.F("starts_on")),
                                ("ended_on__isnull", False),
                                models.Q(("end_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="training_agreement_end_has_reason",
                        violation_error_message="终止日期不能早于协议期起，并应写明终止原因",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="trainingclass",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_classes",
                to="training.agreement",
                verbose_name="校企合作协议",
            ),
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="机构名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("trainer", "培训机构"),
                            ("school", "院校"),
                            ("firm", "企业"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="机构类型",
                    ),
                ),
                ("credit_code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                ("contact", models.CharField(blank=True, max_length=100, verbose_name="联系方式")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "承办机构",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name",),
                        name="training_provider_once",
                        violation_error_message="已登记同名的机构",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("credit_code", ""), _negated=True),
                        fields=("credit_code",),
                        name="training_provider_credit_code_once",
                        violation_error_message="已登记统一社会信用代码相同的机构，请在列表中查找后使用",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="agreement",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements",
                to="training.provider",
                verbose_name="合作院校",
            ),
        ),
        migrations.AddField(
            model_name="trainingclass",
            name="provider",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_classes",
                to="training.provider",
                verbose_name="承办机构",
            ),
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="资质名称")),
                ("licence", models.CharField(blank=True, max_length=50, verbose_name="证书编号")),
                ("issuer", models.CharField(blank=True, max_length=100, verbose_name="发证机关")),
                ("valid_from", models.DateField(verbose_name="有效期起")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="training.provider",
                        verbose_name="承办机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "办学资质",
                "ordering": ["name", "-valid_from", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "name", "valid_from"),
                        name="training_qualification_once",
                        violation_error_message="该机构已登记同名、同一天起的资质",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="training_qualification_dates_in_order",
                        violation_error_message="有效期至不能早于有效期起",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementPaper",
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
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="training.agreement",
                        verbose_name="校企合作协议",
                    ),
                ),
            ],
            options={
                "verbose_name": "协议附件",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "sha256"),
                        name="training_agreementpaper_once",
                        violation_error_message="这个文件已经上传过",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                fields=("union", "partner", "title", "starts_on"),
                name="training_agreement_once",
                violation_error_message="这份协议已登记",
            ),
        ),
    ]
