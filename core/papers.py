"""Papers of a record: scans that are kept as they came, under names made here, and served as downloads only."""

import hashlib
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.http import FileResponse

from core import auditing
from core.errors import RuleError

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 6
REMEDY = "请上传{of}的扫描件或照片（PDF、JPG 或 PNG，不超过 5 MB）。"


def paper_path(paper: "Paper", name: str) -> str:
    """Where a paper lies: under a name made here, never the uploader's."""
    return f"{paper.belongs_to}/{paper.sha256[:2]}/{paper.sha256}-{paper.owner_id}"


class Paper(models.Model):
    """A scan or photograph of a record: PDF, JPEG or PNG by content, at most 5 MB; downloaded, never shown.

    A subclass adds the foreign key to its record and names it in ``belongs_to``; the pair of both and ``sha256`` is
    unique there.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpg", "JPEG"
        PNG = "png", "PNG"

    belongs_to = ""

    file = models.FileField("文件", upload_to=paper_path, max_length=200)
    format = models.CharField("格式", max_length=4, choices=Format)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self):
        return self.file_name

    @property
    def owner_id(self) -> int:
        """The key of the record it belongs to."""
        return getattr(self, f"{self.belongs_to}_id")

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded: no personal data."""
        return f"{self.belongs_to}-{self.owner_id}-{self.pk}.{self.format}"


_BEGINNINGS = (
    (b"%PDF-", Paper.Format.PDF),
    (b"\xff\xd8\xff", Paper.Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Paper.Format.PNG),
)


def accept_paper(paper: Paper, file, *, of: str) -> Paper:
    """Keep the file as the paper, whose record is named ``of``. Raises RuleError for what is too large, of another kind
    by its content, or one too many; ValidationError for one that is there."""
    remedy = REMEDY.format(of=of)
    if file.size > MOST_BYTES:
        raise RuleError({"file": f"文件有 {file.size / 1024 / 1024:.1f} MB，超过 5 MB。{remedy}"})
    content = file.read()
    known = next((form for start, form in _BEGINNINGS if content.startswith(start)), None)
    if known is None:
        raise RuleError({"file": f"文件内容不是 PDF、JPG 或 PNG。{remedy}"})
    if type(paper).objects.filter(**{f"{paper.belongs_to}_id": paper.owner_id}).count() >= MOST_FILES:
        raise RuleError({"file": f"一份{of}最多 {MOST_FILES} 个附件。请先删除多余的。"})
    paper.format = known
    keep_paper(paper, content)
    return paper


def keep_paper(paper: Paper, content: bytes) -> None:
    """Save the paper with its content, under a name made by us. Raises ValidationError for one that is there."""
    paper.size, paper.sha256 = len(content), hashlib.sha256(content).hexdigest()
    paper.full_clean(exclude=["file"])
    paper.file.save("", ContentFile(content), save=False)
    paper.save()


def delete_paper(paper: Paper) -> None:
    """Delete the paper; its file goes once that is sure."""
    delete_papers(type(paper).objects.filter(pk=paper.pk))


def delete_papers(papers: models.QuerySet) -> None:
    """Delete these papers in one statement; their files go once that is sure. Inside a transaction."""
    for name in papers.values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name))
    papers.delete()


def send_paper(
    paper: Paper, about, action: str, /, *, by, union_id: int | None = None, **told
) -> FileResponse:
    """The file of the paper as an attachment, and an entry of the trail that ``by`` had it, about the record and its
    union (or ``union_id``). The caller has found the paper among those this user may see."""
    of = union_id if union_id is not None else about.union_id
    auditing.record(by, action, about, category=auditing.ACCESS, union_id=of, **told)
    response = FileResponse(
        default_storage.open(paper.file.name, "rb"), as_attachment=True, filename=paper.file_name
    )
    response["Content-Type"] = "application/octet-stream"
    return response
