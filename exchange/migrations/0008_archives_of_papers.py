"""Archives of one PDF a person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0007_leavers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="format",
            field=models.CharField(
                choices=[
                    ("xlsx", "Excel 工作簿（xlsx）"),
                    ("csv", "文本表格（csv）"),
                    ("zip", "压缩包（zip）"),
                ],
                default="xlsx",
                max_length=4,
                verbose_name="格式",
            ),
        ),
        migrations.AlterField(
            model_name="export",
            name="layout",
            field=models.CharField(
                choices=[
                    ("list", "按列表"),
                    ("form", "按采集表"),
                    ("update", "更新表"),
                    ("papers", "逐人一份 PDF"),
                ],
                default="list",
                max_length=6,
                verbose_name="版式",
            ),
        ),
    ]
