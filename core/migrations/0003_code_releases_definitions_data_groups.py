"""Releases of code tables, written definitions, and groups of personal data."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_usedkey"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="编码")),
                ("title", models.CharField(max_length=40, verbose_name="数据组")),
                ("contents", models.CharField(max_length=300, verbose_name="包含内容")),
                ("purpose", models.CharField(max_length=300, verbose_name="处理目的")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "本人同意"),
                            ("contract", "订立、履行合同或人力资源管理所必需"),
                            ("duty", "履行法定职责或法定义务所必需"),
                            ("emergency", "紧急情况下保护生命健康和财产安全所必需"),
                            ("public", "合理处理已公开的信息"),
                            ("law", "法律、行政法规规定的其他情形"),
                        ],
                        max_length=12,
                        verbose_name="处理依据",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="依据说明")),
                ("is_sensitive", models.BooleanField(default=False, verbose_name="敏感个人信息")),
                (
                    "retention_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="保存期限（月）"),
                ),
                ("retained_from", models.CharField(blank=True, max_length=100, verbose_name="期限起算")),
                ("rank", models.SmallIntegerField(default=0, verbose_name="次序")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "个人信息数据组",
                "ordering": ["rank", "code"],
            },
        ),
        migrations.CreateModel(
            name="CodeRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=40, verbose_name="代码表")),
                ("digest", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("rows", models.PositiveIntegerField(verbose_name="代码数")),
                ("loaded_at", models.DateTimeField(auto_now_add=True, verbose_name="载入时间")),
            ],
            options={
                "verbose_name": "代码表版本",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["table", "-id"], name="core_coderelease_table")],
            },
        ),
        migrations.CreateModel(
            name="Definition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="编码")),
                ("title", models.CharField(max_length=40, verbose_name="名称")),
                ("text", models.TextField(verbose_name="认定规则")),
                ("valid_from", models.DateField(verbose_name="施行日期")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="依据")),
            ],
            options={
                "verbose_name": "认定规则",
                "ordering": ["code", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "valid_from"),
                        name="core_definition_once_a_day",
                        violation_error_message="该日期已有一条规则",
                    )
                ],
            },
        ),
    ]
