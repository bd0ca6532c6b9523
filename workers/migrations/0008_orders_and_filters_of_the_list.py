"""Indexes behind the orders of the roll (name, join date, confirmed date, union) and its rarer filters.

The full pinyin is compared by bytes from here on: the index that finds a beginning then also gives the order.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0005_fill_placements"),
        ("workers", "0007_rows_of_bulk_edits"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="worker",
            name="workers_worker_pinyin",
        ),
        migrations.AlterField(
            model_name="worker",
            name="pinyin",
            field=models.CharField(
                blank=True, db_collation="C", editable=False, max_length=200, verbose_name="全拼"
            ),
        ),
        migrations.AddIndex(
            model_name="employment",
            index=models.Index(
                condition=models.Q(("form", ""), _negated=True),
                fields=["form"],
                name="workers_employment_form",
            ),
        ),
        migrations.AddIndex(
            model_name="identitydocument",
            index=models.Index(
                condition=models.Q(("doc_type", "111"), _negated=True),
                fields=["doc_type"],
                name="workers_document_unusual",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["start"], name="workers_membership_start"),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("status", "20"), _negated=True),
                fields=["status"],
                name="workers_membership_unusual",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["pinyin", "id"], name="workers_worker_pinyin"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["union", "-id"], name="workers_worker_newest"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("member_since__isnull", False)),
                fields=["member_since", "id"],
                name="workers_worker_joined",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("confirmed_on__isnull", False)),
                fields=["confirmed_on", "id"],
                name="workers_worker_confirmed",
            ),
        ),
    ]
