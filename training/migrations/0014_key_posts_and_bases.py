"""Key posts and those who hold them; training bases, their evaluations, and the base of a class."""

import datetime

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0013_subsidies"),
        ("unions", "0005_fill_placements"),
        ("workers", "0009_rare_values_of_the_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=50, verbose_name="岗位名称")),
                ("workshop", models.CharField(blank=True, max_length=50, verbose_name="车间（工序）")),
                ("trade", models.CharField(blank=True, max_length=50, verbose_name="工种")),
                ("is_key", models.BooleanField(default=True, verbose_name="关键岗位")),
                (
                    "required_level",
                    models.CharField(blank=True, max_length=10, verbose_name="要求的技能等级"),
                ),
                (
                    "permit_category",
                    models.CharField(blank=True, max_length=10, verbose_name="要求的特种作业类别"),
                ),
                (
                    "seats",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="席位",
                    ),
                ),
                ("start", models.DateField(verbose_name="设岗日期")),
                ("end", models.DateField(blank=True, editable=False, null=True, verbose_name="撤岗日期")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "employer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_posts",
                        to="unions.employer",
                        verbose_name="用人单位",
                    ),
                ),
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
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="training.keypost",
                        verbose_name="变更前的岗位",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_posts",
                        to="unions.union",
                        verbose_name="工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "关键岗位",
                "ordering": ["union", "title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("union"),
                        django.db.models.functions.comparison.Coalesce("employer", 0),
                        models.F("title"),
                        models.F("workshop"),
                        condition=models.Q(("end", None)),
                        name="training_keypost_once",
                        violation_error_message="这个单位已登记同名的岗位。有几个席位的，请修改原岗位的席位；不同车间的，请填写车间（工序）。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gt", models.F("start")), _connector="OR"),
                        name="training_keypost_end_after_start",
                        violation_error_message="撤岗日期应晚于设岗日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seats__gt", 0)),
                        name="training_keypost_has_seats",
                        violation_error_message="席位应大于 0",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("required_level__in", ["", "L2", "L3", "L4", "L5", "L6", "L7", "L8"])
                        ),
                        name="training_keypost_level_is_a_rung",
                        violation_error_message="要求的技能等级应为初级工以上的等级",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_key", True),
                            models.Q(("required_level", ""), _negated=True),
                            models.Q(("permit_category", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="training_keypost_says_something",
                        violation_error_message="不是关键岗位、也不要求证书的岗位不用登记。请勾选“关键岗位”，或选择要求的技能等级、特种作业类别。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyPostHolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateField(verbose_name="上岗日期")),
                ("end", models.DateField(blank=True, null=True, verbose_name="离岗日期")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
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
                    "key_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holders",
                        to="training.keypost",
                        verbose_name="岗位",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_posts",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "岗位任职人员",
                "ordering": ["start", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gt", models.F("start")), _connector="OR"),
                        name="training_keypostholder_end_after_start",
                        violation_error_message="离岗日期应晚于上岗日期",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Func(
                                        models.F("worker"),
                                        django.db.models.functions.comparison.Coalesce(
                                            models.Func(
                                                models.F("start"),
                                                models.Value(datetime.date(2000, 1, 1)),
                                                arg_joiner=" - ",
                                                output_field=models.FloatField(),
                                                template="(%(expressions)s)",
                                            ),
                                            models.Value(-9999999),
                                            output_field=models.FloatField(),
                                        ),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    models.Func(
                                        models.F("worker"),
                                        models.Func(
                                            django.db.models.functions.comparison.Coalesce(
                                                models.Func(
                                                    models.F("end"),
                                                    models.Value(datetime.date(2000, 1, 1)),
                                                    arg_joiner=" - ",
                                                    output_field=models.FloatField(),
                                                    template="(%(expressions)s)",
                                                ),
                                                models.Value(9999999),
                                                output_field=models.FloatField(),
                                            ),
                                            models.Value(0.5),
                                            arg_joiner=" - ",
                                            output_field=models.FloatField(),
                                            template="(%(expressions)s)",
                                        ),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    function="box",
                                    output_field=models.Field(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.Func(
                                        models.F("key_post"),
                                        models.Value(0),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    models.Func(
                                        models.F("key_post"),
                                        models.Value(0),
                                        function="point",
                                        output_field=models.Field(),
                                    ),
                                    function="box",
                                    output_field=models.Field(),
                                ),
                                "&&",
                            ),
                        ],
                        name="training_keypostholder_once",
                        violation_error_message="此人在此期间已登记在这个岗位上",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingBase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="基地名称")),
                ("level", models.CharField(max_length=10, verbose_name="基地级别")),
                ("host", models.CharField(blank=True, max_length=100, verbose_name="依托机构")),
                ("trades", models.CharField(blank=True, max_length=200, verbose_name="可培训工种")),
                (
                    "capacity",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="可同时培训人数"),
                ),
                ("equipment", models.CharField(blank=True, max_length=500, verbose_name="场地与设备")),
                ("recognised_on", models.DateField(verbose_name="认定日期")),
                ("recognised_by", models.CharField(max_length=100, verbose_name="认定机关")),
                ("document_number", models.CharField(blank=True, max_length=50, verbose_name="认定文号")),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="撤销日期"),
                ),
                (
                    "withdrawal_note",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="撤销说明"),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "employer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_bases",
                        to="unions.employer",
                        verbose_name="依托单位",
                    ),
                ),
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
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_bases",
                        to="unions.union",
                        verbose_name="归口工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "实训基地",
                "ordering": ["-recognised_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_on", None)),
                        fields=("name",),
                        name="training_base_once",
                        violation_error_message="同名的实训基地已登记。请核对名称；级别提升的，请修改原基地。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("employer__isnull", False),
                            models.Q(("host", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="training_base_has_a_host",
                        violation_error_message="请选择依托单位；依托学校、培训机构等的，请填写依托机构",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity", None), ("capacity__gt", 0), _connector="OR"),
                        name="training_base_takes_somebody",
                        violation_error_message="可同时培训人数应大于 0；不清楚的请留空",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawal_note", ""), ("withdrawn_on", None)),
                            models.Q(
                                ("withdrawn_on__gt", models.F("recognised_on")),
                                models.Q(("withdrawal_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="training_base_withdrawn_with_reason",
                        violation_error_message="撤销日期应晚于认定日期，并写明撤销说明",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BaseEvaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "conclusion",
                    models.CharField(
                        choices=[("passed", "合格"), ("mend", "限期整改"), ("failed", "不合格")],
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="得分",
                    ),
                ),
                ("grade", models.CharField(blank=True, max_length=20, verbose_name="等次")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
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
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="training.trainingbase",
                        verbose_name="实训基地",
                    ),
                ),
            ],
            options={
                "verbose_name": "基地年度评估",
                "ordering": ["-year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("base", "year"),
                        name="training_baseevaluation_once_a_year",
                        violation_error_message="这个年度的评估已登记，请修改原评估",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__range", (0, 100)), _connector="OR"),
                        name="training_baseevaluation_score_in_range",
                        violation_error_message="得分为 0 至 100",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="trainingclass",
            name="base",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="classes",
                to="training.trainingbase",
                verbose_name="实训基地",
            ),
        ),
    ]
