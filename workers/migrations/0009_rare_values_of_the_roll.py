"""Indexes for rare values of coded facts: without one, a filter that few people match reads the whole roll."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0005_fill_placements"),
        ("workers", "0008_orders_and_filters_of_the_list"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["birth_date"], name="workers_worker_birth_date"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["education"], name="workers_worker_education"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["skill_level"], name="workers_worker_skill_level"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["household_type"], name="workers_worker_household"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("ethnicity", "01"), _negated=True),
                fields=["ethnicity"],
                name="workers_worker_ethnicity",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("political", "13"), _negated=True),
                fields=["political"],
                name="workers_worker_political",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("employment_status", "1"), _negated=True),
                fields=["employment_status"],
                name="workers_worker_status",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("standing", "member"), _negated=True),
                fields=["standing"],
                name="workers_worker_standing",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("sex__in", ["0", "9"])), fields=["sex"], name="workers_worker_sex"
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("is_key_post__isnull", False)),
                fields=["is_key_post"],
                name="workers_worker_key_post",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("is_industrial__isnull", False)),
                fields=["is_industrial"],
                name="workers_worker_industrial",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("phone_index__isnull", True)),
                fields=["-id"],
                name="workers_worker_no_phone",
            ),
        ),
    ]
