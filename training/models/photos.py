"""Photos of classes."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from training.models.classes import TrainingClass
from training.querysets.classes import PhotoQuerySet


def photo_path(photo, name: str) -> str:
    """Where a photo lies: under a name made here, never the uploader's."""
    return f"class-photos/{photo.sha256[:2]}/{photo.sha256}-{photo.training_class_id}"


def thumbnail_path(photo, name: str) -> str:
    """Beside the photo."""
    return f"{photo_path(photo, name)}-small"


class ClassPhoto(models.Model):
    """A photo taken at a class, encoded anew as JPEG and without what the camera wrote beside it. People can be seen on
    it, but it is no record about any one of them."""

    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, related_name="photos", verbose_name="培训班次"
    )
    file = models.FileField("照片", upload_to=photo_path, max_length=200)
    thumbnail = models.FileField("缩略图", upload_to=thumbnail_path, max_length=200)
    caption = models.CharField("说明", max_length=100, blank=True)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "培训照片"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "sha256"],
                name="training_class_photo_once",
                violation_error_message="这张照片已经上传过",
            ),
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("training:photo_view", args=[self.training_class_id, self.pk])

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded: no personal data."""
        return f"class-{self.training_class_id}-{self.pk}.jpg"
