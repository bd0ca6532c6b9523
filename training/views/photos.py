"""Photos of a class: shown on pages of the class to whoever may see its photos, never under an address of a file."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.models import AuditEntry
from core.access import Permission, requires
from training import services
from training.forms.photos import PhotoForm
from training.models import ClassPhoto, TrainingClass
from training.services.photos import MOST_PHOTOS
from unions.forms import attempt


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def photo_list(request, pk):
    """The photos of a class, and for its keepers the way to add one."""
    training_class = get_object_or_404(_classes_with_photos(request.user), pk=pk)
    can_edit = TrainingClass.objects.editable_by(request.user).filter(pk=pk).exists()
    if request.method == "POST" and not can_edit:
        return redirect("training:photo_list", pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if attempt(form, services.add_photo, training_class=training_class, by=request.user):
        messages.success(request, "已上传照片")
        return redirect("training:photo_list", pk)
    context = {
        "training_class": training_class,
        "photos": training_class.photos.select_related("added_by"),
        "form": form if can_edit else None,
        "most": MOST_PHOTOS,
    }
    return render(request, "training/photo_list.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def photo_view(request, pk, photo):
    """The thumbnail as a picture of our own pages."""
    found = _photo(request.user, pk, photo)
    response = FileResponse(default_storage.open(found.thumbnail.name, "rb"), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def photo_download(request, pk, photo):
    """The photo as an attachment, under a name without personal data; the look is logged."""
    found = _photo(request.user, pk, photo)
    training_class = found.training_class
    audit.record(
        request.user,
        "training.photo_download",
        training_class,
        category=AuditEntry.Category.ACCESS,
        union_id=training_class.union_id,
        sha256=found.sha256,
    )
    response = FileResponse(
        default_storage.open(found.file.name, "rb"), as_attachment=True, filename=found.file_name
    )
    response["Content-Type"] = "application/octet-stream"
    return response


@requires(Permission.EDIT_TRAINING)
@require_POST
def photo_delete(request, pk, photo):
    """Delete a photo for good."""
    rows = ClassPhoto.objects.editable_by(request.user).select_related("training_class")
    services.remove_photo(photo=get_object_or_404(rows, training_class=pk, pk=photo), by=request.user)
    messages.success(request, "已删除照片")
    return redirect("training:photo_list", pk)


def _photo(user, pk: int, photo: int) -> ClassPhoto:
    rows = ClassPhoto.objects.visible_to(user).select_related("training_class")
    return get_object_or_404(rows, training_class=pk, pk=photo)


def _classes_with_photos(user):
    """Classes whose photos the user may see: those of the unions in reach, not those of unions above."""
    return TrainingClass.objects.within_reach(user, Permission.VIEW_TRAINING).select_related("union")
