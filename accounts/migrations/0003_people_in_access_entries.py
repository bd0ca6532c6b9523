"""Find the access entries that name a person among those whose numbers a file held (who has seen this)."""

import django.contrib.postgres.indexes
import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_chain")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.fields.json.KeyTransform("workers", "details"), name="jsonb_path_ops"
                ),
                condition=models.Q(category="access"),
                name="accounts_audit_people",
            ),
        ),
    ]
