"""Papers of a contest: added, downloaded, deleted."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competitions import services
from competitions.forms.papers import PaperForm
from competitions.models import ContestPaper
from competitions.views.contests import contest_page, editable_contest
from core.access import Permission, requires
from core.forms import press
from core.papers import send_paper
from unions.forms import attempt


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_POST
def paper_create(request, pk):
    """Keep a paper with a contest."""
    contest, form = editable_contest(request, pk), PaperForm(request.POST, request.FILES)
    if attempt(form, services.add_contest_paper, contest=contest, by=request.user):
        messages.success(request, "已上传文件")
        return redirect(contest)
    return contest_page(request, pk, form)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def paper_download(request, pk, paper):
    """One paper as an attachment; the look is logged."""
    found = ContestPaper.objects.visible_to(request.user).select_related("contest")
    paper = get_object_or_404(found, pk=paper, contest=pk)
    return send_paper(paper, paper.contest, "competitions.paper_download", by=request.user, paper=paper.pk)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def paper_delete(request, pk, paper):
    """Delete a paper."""
    contest = editable_contest(request, pk)
    found = get_object_or_404(ContestPaper, pk=paper, contest=contest)
    press(request, "已删除文件", services.remove_contest_paper, paper=found)
    return redirect(contest)
