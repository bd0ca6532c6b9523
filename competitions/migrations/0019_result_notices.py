import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("competitions", "0018_revoked_awards"),
        ("unions", "0005_fill_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ResultNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("preliminary", "初步成绩"), ("final", "最终成绩")],
                        max_length=12,
                        verbose_name="成绩",
                    ),
                ),
                ("objections_until", models.DateField(blank=True, null=True, verbose_name="异议截止日期")),
                ("made_on", models.DateField(verbose_name="通知日期")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result_notices",
                        to="competitions.event",
                        verbose_name="比赛项目",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="参赛工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "成绩通知",
                "ordering": ["-made_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "union", "step"), name="competitions_resultnotice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("objections_until__isnull", False), ("step", "preliminary")),
                            models.Q(("objections_until", None), ("step", "final")),
                            _connector="OR",
                        ),
                        name="competitions_resultnotice_says_until",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultNoticeReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(auto_now_add=True, verbose_name="查看时间")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="competitions.resultnotice",
                        verbose_name="成绩通知",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="查看人",
                    ),
                ),
            ],
            options={
                "verbose_name": "成绩通知回执",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notice", "user"), name="competitions_resultnoticereceipt_once"
                    ),
                ],
            },
        ),
    ]
