"""The badge counts the officer's reminders on every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0018_online_courses"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="permitnotice",
            index=models.Index(
                condition=models.Q(("audience", "officer")),
                fields=["permit", "due_on", "step"],
                name="training_notice_of_officer",
            ),
        ),
    ]
