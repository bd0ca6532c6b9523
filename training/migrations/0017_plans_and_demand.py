"""Surveys of demand with their answers, and yearly plans whose lines classes fulfil."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0016_providers"),
        ("unions", "0005_fill_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("title", models.CharField(max_length=100, verbose_name="培训名称")),
                ("kind", models.CharField(max_length=10, verbose_name="培训类别")),
                ("trade", models.CharField(blank=True, max_length=50, verbose_name="工种")),
                ("level", models.CharField(blank=True, max_length=10, verbose_name="技能等级")),
                (
                    "people",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="计划人数"
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="计划学时",
                    ),
                ),
                (
                    "quarter",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "第一季度"), (2, "第二季度"), (3, "第三季度"), (4, "第四季度")],
                        null=True,
                        verbose_name="计划时间",
                    ),
                ),
                ("fund_source", models.CharField(blank=True, max_length=100, verbose_name="经费来源")),
            ],
            options={
                "verbose_name": "培训计划项目",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("people__gt", 0)),
                        name="training_planline_somebody",
                        violation_error_message="计划人数应大于 0",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandSurvey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="调查名称")),
                ("year", models.PositiveSmallIntegerField(verbose_name="需求年度")),
                ("deadline", models.DateField(verbose_name="截止日期")),
                ("text", models.CharField(blank=True, max_length=1000, verbose_name="填报说明")),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="结束时间"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="发起时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand_surveys",
                        to="unions.union",
                        verbose_name="调查工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训需求调查",
                "ordering": ["-year", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("union", "title", "year"),
                        name="training_demandsurvey_once",
                        violation_error_message="该年度已有同名的调查",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2020, 2100))),
                        name="training_demandsurvey_year",
                        violation_error_message="年度应在 2020 至 2100 之间",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no_demand", models.BooleanField(default=False, verbose_name="无培训需求")),
                ("returned_at", models.DateTimeField(auto_now=True, verbose_name="填报时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "returned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand_returns",
                        to="unions.union",
                        verbose_name="填报工会",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="training.demandsurvey",
                        verbose_name="培训需求调查",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训需求填报",
                "ordering": ["union__path"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "union"),
                        name="training_demandreturn_once",
                        violation_error_message="该工会已填报，请刷新页面后修改",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="trainingclass",
            name="plan_line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_classes",
                to="training.planline",
                verbose_name="培训计划项目",
            ),
        ),
        migrations.CreateModel(
            name="TrainingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("text", models.CharField(blank=True, max_length=1000, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("published", "已发布")],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "published_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="发布日期"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="编制时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "cloned_from",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clones",
                        to="training.trainingplan",
                        verbose_name="沿用的计划",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="编制人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_plans",
                        to="unions.union",
                        verbose_name="主办工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度培训计划",
                "ordering": ["-year", "union__path"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("union", "year"),
                        name="training_trainingplan_once",
                        violation_error_message="该工会本年度已有培训计划",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2020, 2100))),
                        name="training_trainingplan_year",
                        violation_error_message="年度应在 2020 至 2100 之间",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_on", None), ("state", "draft")),
                            models.Q(("published_on__isnull", False), ("state", "published")),
                            _connector="OR",
                        ),
                        name="training_trainingplan_published_has_day",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="planline",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="training.trainingplan",
                verbose_name="年度培训计划",
            ),
        ),
        migrations.CreateModel(
            name="DemandLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("kind", models.CharField(max_length=10, verbose_name="培训类别")),
                ("trade", models.CharField(blank=True, max_length=50, verbose_name="工种")),
                ("level", models.CharField(blank=True, max_length=10, verbose_name="技能等级")),
                (
                    "people",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="人数"
                    ),
                ),
                (
                    "wished",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "第一季度"), (2, "第二季度"), (3, "第三季度"), (4, "第四季度")],
                        null=True,
                        verbose_name="希望时间",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                (
                    "demand_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="training.demandreturn",
                        verbose_name="培训需求填报",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训需求",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("demand_return", "position"), name="training_demandline_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__gt", 0)),
                        name="training_demandline_somebody",
                        violation_error_message="人数应大于 0",
                    ),
                ],
            },
        ),
    ]
