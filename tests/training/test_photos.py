"""Photos of classes: what stays of a file, who sees it, and what is refused."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.classes import ClassFactory
from tests.training.pictures import MARK, jpeg, picture, png
from training import services
from training.models import ClassPhoto
from training.services import photos


@pytest.fixture
def training_class(union):
    return ClassFactory(union=union)


def add(training_class, by, content=None, caption=""):
    return services.add_photo(training_class=training_class, file=picture(content), caption=caption, by=by)


def kept(field) -> bytes:
    with default_storage.open(field.name, "rb") as file:
        return file.read()


def test_what_the_camera_wrote_beside_the_picture_is_not_kept(officer, training_class):
    content = jpeg(turned=6)
    assert MARK in content
    photo = add(training_class, officer, content)
    for data in (kept(photo.file), kept(photo.thumbnail)):
        assert MARK not in data
        shown = Image.open(io.BytesIO(data))
        assert (shown.format, shown.size) == ("JPEG", (20, 40))  # upright
        assert dict(shown.getexif()) == {}
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_large_ones_are_kept_smaller_and_transparent_ones_white(officer, training_class):
    photo = add(training_class, officer, jpeg(size=(3000, 1500)))
    assert Image.open(io.BytesIO(kept(photo.file))).size == (2400, 1200)
    assert Image.open(io.BytesIO(kept(photo.thumbnail))).size == (320, 160)
    photo = add(training_class, officer, png())
    assert Image.open(io.BytesIO(kept(photo.file))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "不是 JPG 或 PNG"),
        (b"%PDF-1.7", "不是 JPG 或 PNG"),
        (b"GIF89a" + bytes(40), "不是 JPG 或 PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是 JPG 或 PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "不是 JPG 或 PNG"),
        (jpeg(size=(400, 400))[:900], "打不开"),
    ],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing(officer, training_class, content, fault):
    with pytest.raises(RuleError) as caught:
        add(training_class, officer, content)
    assert fault in caught.value.message_dict["file"][0]
    assert ClassPhoto.objects.count() == 0


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused_unseen(officer, training_class):
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 200_000
    with pytest.raises(RuleError, match="像素超过 6000 万"):
        add(training_class, officer, out.getvalue())


def test_size_number_and_doubles_are_limited(officer, training_class, monkeypatch):
    add(training_class, officer)
    with pytest.raises(ValidationError, match="已经上传过"):
        add(training_class, officer)
    monkeypatch.setattr(photos, "MOST_PHOTOS", 1)
    with pytest.raises(RuleError, match="最多 1 张"):
        add(training_class, officer, png())
    monkeypatch.setattr(photos, "MOST_BYTES", 100)
    with pytest.raises(RuleError, match="超过 10 MB"):
        add(training_class, officer, jpeg(colour="blue"))


def test_a_photo_is_added_shown_downloaded_and_deleted_with_a_trace(
    client, officer, training_class, django_capture_on_commit_callbacks
):
    client.force_login(officer)
    url = reverse("training:photo_list", args=[training_class.pk])
    page = client.post(url, {"file": picture(), "caption": " 开班 "}, follow=True).content.decode()
    photo = ClassPhoto.objects.get()
    assert (photo.caption, photo.added_by) == ("开班", officer)
    assert f'src="{photo.get_absolute_url()}"' in page
    shown = client.get(photo.get_absolute_url())
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"".join(shown.streaming_content) == kept(photo.thumbnail)
    answer = client.get(reverse("training:photo_download", args=[training_class.pk, photo.pk]))
    assert f'filename="{photo.file_name}"' in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content) == kept(photo.file)
    names = (photo.file.name, photo.thumbnail.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("training:photo_delete", args=[training_class.pk, photo.pk]))
    assert [default_storage.exists(name) for name in names] == [False, False]
    assert list(AuditEntry.objects.filter(action__startswith="training.photo").order_by("pk").values_list("action", flat=True)) == [
        "training.photo_add", "training.photo_download", "training.photo_remove",
    ]  # fmt: skip


def test_a_refused_upload_says_why_beside_the_field(client, officer, training_class):
    client.force_login(officer)
    url = reverse("training:photo_list", args=[training_class.pk])
    page = client.post(url, {"file": picture(b"text")}).content.decode()
    assert "文件内容不是 JPG 或 PNG 照片" in page


def test_photos_of_a_class_from_above_are_not_for_the_unions_below(
    client, clerk, officer, town, other_officer, training_class
):
    offered = ClassFactory(union=town, is_open_below=True)
    photo = add(offered, clerk)
    client.force_login(officer)
    assert client.get(offered.get_absolute_url()).status_code == 200
    for name in ("photo_view", "photo_download"):
        assert client.get(reverse(f"training:{name}", args=[offered.pk, photo.pk])).status_code == 404
    assert client.get(reverse("training:photo_list", args=[offered.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        add(training_class, other_officer)
    own = add(training_class, officer)
    assert client.get(reverse("training:photo_view", args=[offered.pk, own.pk])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_photos(client, officer, training_class):
    client.force_login(officer)
    url = reverse("training:photo_list", args=[training_class.pk])

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    add(training_class, officer)
    asked()
    first = asked()
    for colour in ("blue", "green"):
        add(training_class, officer, jpeg(colour=colour))
    assert asked() == first
