"""What the desk remembers of earlier files of a union: which column is which, and what a text means."""

from django.conf import settings
from django.db import models

from exchange.querysets import MemoryQuerySet


class ColumnMemory(models.Model):
    """A column mapping (列对应) a person chose for files with this header row.

    ``columns``: cell index as text → attribute of the kind; an empty attribute means the column is not read.
    """

    kind = models.CharField("种类", max_length=40)
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属工会"
    )
    fingerprint = models.CharField("表头指纹", max_length=64)
    titles = models.JSONField("表头", default=list)
    columns = models.JSONField("列对应", default=dict)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人"
    )
    updated_at = models.DateTimeField("设定时间", auto_now=True)

    objects = MemoryQuerySet.as_manager()

    class Meta:
        verbose_name = "记住的列对应"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "union", "fingerprint"],
                nulls_distinct=False,
                name="exchange_columnmemory_once",
                violation_error_message="这种表头的列对应已经记住",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.fingerprint[:8]}"


class TextMemory(models.Model):
    """What a text in a coded column means (记住的写法): 高中毕业 in 学历 is the code of 高中.

    ``key`` is the text as ``core.text.match_key`` compares it, ``value`` the code of the column's table.
    """

    kind = models.CharField("种类", max_length=40)
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属工会"
    )
    attribute = models.CharField("列", max_length=60)
    text = models.CharField("写法", max_length=100)
    key = models.CharField("比较用写法", max_length=100, editable=False)
    value = models.CharField("代码", max_length=20)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人"
    )
    updated_at = models.DateTimeField("设定时间", auto_now=True)

    objects = MemoryQuerySet.as_manager()

    class Meta:
        verbose_name = "记住的写法"
        ordering = ["kind", "attribute", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "union", "attribute", "key"],
                nulls_distinct=False,
                name="exchange_textmemory_once",
                violation_error_message="这种写法已经记住",
            ),
        ]

    def __str__(self):
        return f"{self.attribute}: {self.text}"
