"""The index that the list of learners is read by: without it the town sorted all of them for every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0019_notice_of_officer"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="learner",
            index=models.Index(fields=["-enrolled_on", "-id"], name="training_learner_list"),
        ),
    ]
