"""Papers and pictures of innovations, for their own union and those above it."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.innovations import InnovationPaperForm, InnovationPictureForm
from competitions.models import Innovation, InnovationPaper, InnovationPicture
from competitions.services.innovation_files import MOST_PICTURES
from competitions.views.innovations import kept_innovation
from core.access import Permission, requires
from core.forms import press
from core.papers import send_paper
from unions.forms import attempt


@requires(Permission.EDIT_CONTESTS)
@require_POST
def paper_add(request, pk):
    """Keep a scan with an innovation."""
    innovation = kept_innovation(request.user, pk)
    form = InnovationPaperForm(request.POST, request.FILES)
    if attempt(form, services.add_innovation_paper, innovation=innovation, by=request.user):
        messages.success(request, "已上传附件")
    for faults in form.errors.values():
        messages.error(request, " ".join(faults))
    return redirect(innovation)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def paper_download(request, pk):
    """The scan as an attachment; the look is logged."""
    rows = InnovationPaper.objects.visible_to(request.user).select_related("innovation")
    paper = get_object_or_404(rows, pk=pk)
    told = {"by": request.user, "sha256": paper.sha256}
    return send_paper(paper, paper.innovation, "competitions.innovation_paper_download", **told)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def paper_remove(request, pk):
    """Delete a scan for good."""
    rows = InnovationPaper.objects.editable_by(request.user).select_related("innovation")
    paper = get_object_or_404(rows, pk=pk)
    press(request, "已删除附件", services.remove_innovation_paper, paper=paper)
    return redirect(paper.innovation)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def picture_list(request, pk):
    """The pictures of an innovation, and for its keepers the way to add one."""
    innovation = kept_innovation(request.user, pk, Permission.VIEW_CONTESTS)
    can_edit = Innovation.objects.editable_by(request.user).filter(pk=pk).exists()
    if request.method == "POST" and not can_edit:
        return redirect("competitions:innovation_pictures", pk)
    form = InnovationPictureForm(request.POST or None, request.FILES or None)
    if attempt(form, services.add_innovation_picture, innovation=innovation, by=request.user):
        messages.success(request, "已上传图片")
        return redirect("competitions:innovation_pictures", pk)
    context = {
        "innovation": innovation,
        "pictures": innovation.pictures.select_related("added_by"),
        "form": form if can_edit else None,
        "most": MOST_PICTURES,
    }
    return render(request, "competitions/innovation_pictures.html", context)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def picture_view(request, pk):
    """The thumbnail as a picture of our own pages."""
    picture = get_object_or_404(InnovationPicture.objects.visible_to(request.user), pk=pk)
    return picture_response(picture.thumbnail.name)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def picture_remove(request, pk):
    """Delete a picture for good."""
    rows = InnovationPicture.objects.editable_by(request.user).select_related("innovation")
    picture = get_object_or_404(rows, pk=pk)
    services.remove_innovation_picture(picture=picture, by=request.user)
    messages.success(request, "已删除图片")
    return redirect("competitions:innovation_pictures", picture.innovation_id)


def picture_response(name: str) -> FileResponse:
    """A JPEG that we encoded ourselves, shown in place."""
    response = FileResponse(default_storage.open(name, "rb"), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response
