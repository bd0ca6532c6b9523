"""Unions merged into others, and saved views of lists."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0002_spells_as_boxes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="union",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="unions.union",
                verbose_name="已并入",
            ),
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listing", models.CharField(max_length=40, verbose_name="列表")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("query", models.TextField(blank=True, verbose_name="条件")),
                ("columns", models.JSONField(default=list, verbose_name="列")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="保存时间")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保存人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="unions.union",
                        verbose_name="共享给",
                    ),
                ),
            ],
            options={
                "verbose_name": "常用查询",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "listing", "name"),
                        name="unions_savedview_name_once",
                        violation_error_message="已有同名的常用查询，请换一个名称",
                    )
                ],
            },
        ),
    ]
