"""A revoked award keeps the codes of its certificates; of those revoked before, the facts as they are now still tell."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competitions", "0020_recheck_notices")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="revoked_codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=14),
                blank=True,
                default=list,
                editable=False,
                size=None,
                verbose_name="撤销时各份证书的校验码",
            ),
        ),
    ]
