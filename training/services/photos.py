"""Photos of a class: encoded anew, so that place and time of the camera go (``core.pictures``), with a thumbnail."""

import hashlib
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.pictures import encoded_anew
from core.text import clean_short
from training.models import ClassPhoto, TrainingClass
from unions.scoping import require_editable

MOST_BYTES = 10 * 1024 * 1024
MOST_PHOTOS = 30
LONGEST, THUMBNAIL = 2400, 320  # pixels of the longer side
REMEDY = "请上传 JPG 或 PNG 照片，不超过 10 MB。"


@transaction.atomic
def add_photo(*, training_class: TrainingClass, file, caption: str = "", by: User) -> ClassPhoto:
    """Keep a photo with the class, encoded anew as JPEG with its thumbnail. Raises RuleError by field for what is too
    large, of another kind by its content, damaged, already there, or one too many."""
    training_class = _locked(training_class, by)
    if file.size > MOST_BYTES:
        raise RuleError({"file": f"照片有 {file.size / 1024 / 1024:.1f} MB，超过 10 MB。{REMEDY}"})
    if training_class.photos.count() >= MOST_PHOTOS:
        raise RuleError({"file": f"一个班次最多 {MOST_PHOTOS} 张照片。请先删除多余的。"})
    picture, thumbnail = _encoded(file.read())
    photo = ClassPhoto(training_class=training_class, caption=clean_short(caption, longest=100), added_by=by)
    photo.sha256, photo.size = hashlib.sha256(picture).hexdigest(), len(picture)
    photo.full_clean(exclude=["file", "thumbnail"])
    photo.file.save("", ContentFile(picture), save=False)
    photo.thumbnail.save("", ContentFile(thumbnail), save=False)
    photo.save()
    _record(by, "training.photo_add", training_class, photo)
    return photo


@transaction.atomic
def remove_photo(*, photo: ClassPhoto, by: User) -> TrainingClass:
    """Delete a photo for good; returns the class."""
    training_class = _locked(photo.training_class, by)
    photo = training_class.photos.get(pk=photo.pk)
    _record(by, "training.photo_remove", training_class, photo)
    for name in (photo.file.name, photo.thumbnail.name):
        transaction.on_commit(partial(default_storage.delete, name))
    photo.delete()
    return training_class


def _encoded(content: bytes) -> list[bytes]:
    """The picture and its thumbnail. Raises RuleError by field."""
    try:
        return encoded_anew(content, (LONGEST, THUMBNAIL))
    except RuleError as error:
        raise RuleError({"file": f"{error.message}{REMEDY}"})


def _locked(training_class: TrainingClass, by: User) -> TrainingClass:
    training_class = TrainingClass.objects.select_for_update(of=("self",)).get(pk=training_class.pk)
    require_editable(training_class, by)
    return training_class


def _record(by: User, action: str, training_class: TrainingClass, photo: ClassPhoto) -> None:
    audit.record(by, action, training_class, union_id=training_class.union_id, sha256=photo.sha256)
