"""Further facts of unions, and where each hung in the tree from when to when."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0003_merged_unions_and_saved_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateField(blank=True, null=True, verbose_name="起始日期")),
                ("end", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placed",
                        to="unions.union",
                        verbose_name="上级工会",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="unions.union",
                        verbose_name="工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "隶属关系",
                "ordering": [models.OrderBy(models.F("start"), nulls_first=True), "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end", None), ("start", None), ("end__gt", models.F("start")), _connector="OR"
                        ),
                        name="unions_placement_dates_in_order",
                        violation_error_message="终止日期应晚于起始日期",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Func(
                                        models.F("union"),
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
                                        models.F("union"),
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
                            )
                        ],
                        name="unions_placement_one_at_a_time",
                        violation_error_message="该工会在此期间已隶属于一个上级工会",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnionProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="工会地址")),
                ("email", models.EmailField(blank=True, max_length=100, verbose_name="工会邮箱")),
                ("preparing_from", models.DateField(blank=True, null=True, verbose_name="筹备组成立日期")),
                ("approval_number", models.CharField(blank=True, max_length=60, verbose_name="建会批复文号")),
                (
                    "founding_way",
                    models.CharField(
                        blank=True,
                        choices=[("1", "线下"), ("2", "网上")],
                        max_length=1,
                        verbose_name="建会方式",
                    ),
                ),
                (
                    "full_time_cadres",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="专职干部人数"),
                ),
                (
                    "declared_employees",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="申报职工数"),
                ),
                (
                    "declared_women",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="申报女职工数"),
                ),
                (
                    "declared_women_members",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="申报女会员数"),
                ),
                (
                    "declared_migrants",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="申报农民工数"),
                ),
                (
                    "has_audit_committee",
                    models.BooleanField(blank=True, null=True, verbose_name="经费审查委员会"),
                ),
                (
                    "has_women_committee",
                    models.BooleanField(blank=True, null=True, verbose_name="女职工委员会"),
                ),
                ("has_congress", models.BooleanField(blank=True, null=True, verbose_name="职工代表大会")),
                (
                    "has_supervision_committee",
                    models.BooleanField(blank=True, null=True, verbose_name="劳动法律监督委员会"),
                ),
                ("opens_affairs", models.BooleanField(blank=True, null=True, verbose_name="厂务公开")),
                ("has_contract", models.BooleanField(blank=True, null=True, verbose_name="集体合同")),
                (
                    "union",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profile",
                        to="unions.union",
                        verbose_name="工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "工会补充信息",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("declared_women", None),
                            ("declared_employees", None),
                            ("declared_women__lte", models.F("declared_employees")),
                            _connector="OR",
                        ),
                        name="unions_unionprofile_women_within",
                        violation_error_message="申报女职工数不能多于申报职工数",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("declared_migrants", None),
                            ("declared_employees", None),
                            ("declared_migrants__lte", models.F("declared_employees")),
                            _connector="OR",
                        ),
                        name="unions_unionprofile_migrants_within",
                        violation_error_message="申报农民工数不能多于申报职工数",
                    ),
                ],
            },
        ),
    ]
