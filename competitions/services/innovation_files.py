"""Papers and pictures of innovations. Papers are kept as they came; pictures are encoded anew (``core.pictures``)."""

import hashlib
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from competitions.models import Innovation, InnovationPaper, InnovationPicture
from competitions.services.innovations import locked_innovation, take_off, tell
from core.errors import RuleError
from core.papers import accept_paper, delete_paper
from core.pictures import encoded_anew
from core.text import clean_short
from unions.scoping import require_editable

MOST_BYTES = 10 * 1024 * 1024
MOST_PICTURES = 6
LONGEST, THUMBNAIL = 1600, 480  # pixels of the longer side
REMEDY = "请上传 JPG 或 PNG 图片，不超过 10 MB。"


@transaction.atomic
def add_innovation_paper(*, innovation: Innovation, file, by: User) -> InnovationPaper:
    """Keep a scan with the innovation. Raises RuleError for what is too large, empty or of another kind."""
    innovation = locked_innovation(innovation, by)
    paper = accept_paper(InnovationPaper(innovation=innovation, added_by=by), file, of="成果")
    require_editable(paper, by)
    tell(by, "competitions.innovation_paper_add", innovation, sha256=paper.sha256)
    return paper


@transaction.atomic
def remove_innovation_paper(*, paper: InnovationPaper, by: User) -> Innovation:
    """Delete a scan for good, while the town has not accepted what it proves. Raises RuleError."""
    innovation = locked_innovation(paper.innovation, by)
    if innovation.state == Innovation.State.ACCEPTED:
        raise RuleError("评审通过的成果，附件不能删除。需要更换的请先修改成果，由镇总工会重新评审。")
    paper = innovation.papers.get(pk=paper.pk)
    tell(by, "competitions.innovation_paper_remove", innovation, sha256=paper.sha256)
    delete_paper(paper)
    return innovation


@transaction.atomic
def add_innovation_picture(*, innovation: Innovation, file, caption: str, by: User) -> InnovationPicture:
    """Keep a picture, encoded anew as JPEG with its thumbnail; ``caption`` is for those who cannot see it. What is on
    show goes off: the town has not seen the new picture. Raises RuleError by field for what is too large, of another
    kind by its content, damaged, there already, or one too many."""
    innovation = locked_innovation(innovation, by)
    if file.size > MOST_BYTES:
        raise RuleError({"file": f"图片有 {file.size / 1024 / 1024:.1f} MB，超过 10 MB。{REMEDY}"})
    if innovation.pictures.count() >= MOST_PICTURES:
        raise RuleError({"file": f"一项成果最多 {MOST_PICTURES} 张图片。请先删除多余的。"})
    large, small = _encoded(file.read())
    picture = InnovationPicture(innovation=innovation, caption=clean_short(caption, longest=100), added_by=by)
    picture.sha256 = hashlib.sha256(large).hexdigest()
    picture.full_clean(exclude=["file", "thumbnail"])
    picture.file.save("", ContentFile(large), save=False)
    picture.thumbnail.save("", ContentFile(small), save=False)
    picture.save()
    require_editable(picture, by)
    take_off(innovation, by)
    innovation.version += 1  # whoever publishes must have seen it
    innovation.save(update_fields=["version"])
    tell(by, "competitions.innovation_picture_add", innovation, sha256=picture.sha256)
    return picture


@transaction.atomic
def remove_innovation_picture(*, picture: InnovationPicture, by: User) -> Innovation:
    """Delete a picture for good; it is gone from the showcase too."""
    innovation = locked_innovation(picture.innovation, by)
    picture = innovation.pictures.get(pk=picture.pk)
    tell(by, "competitions.innovation_picture_remove", innovation, sha256=picture.sha256)
    for name in (picture.file.name, picture.thumbnail.name):
        transaction.on_commit(partial(default_storage.delete, name))
    picture.delete()
    return innovation


def _encoded(content: bytes) -> list[bytes]:
    """The picture and its thumbnail. Raises RuleError by field."""
    try:
        return encoded_anew(content, (LONGEST, THUMBNAIL))
    except RuleError as error:
        raise RuleError({"file": f"{error.message}{REMEDY}"})
