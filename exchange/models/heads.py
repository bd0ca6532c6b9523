"""The first rows of an uploaded file (表格开头)."""

from django.db import models

from core.fields import EncryptedTextField
from exchange.models.runs import ImportRun
from exchange.querysets import RowQuerySet


class SheetHeads(models.Model):
    """The first rows of each sheet of a run's file, sealed: they hold personal data.

    The check keeps them so that the page on which a person says which column is which need not open the file.
    A table of its own, because lists of runs must not carry them. They go with the run's rows.
    """

    run = models.OneToOneField(ImportRun, models.CASCADE, primary_key=True, related_name="heads")
    sheets = EncryptedTextField("各工作表的前部")

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = "表格开头"

    def __str__(self):
        return f"{self.run_id}"
