"""Who was awarded what: the list, the certificate as PDF, the public page that checks one, and taking one back."""

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import AuditEntry
from competitions import award_papers, services
from competitions.forms.follow import GiveAgainForm, RevokeAwardForm
from competitions.listings.awards import AwardListing, RevokedAwardListing
from competitions.models import Award, Contest, Entrant, Promise
from competitions.queries.follow import awarded, sums_of, with_award
from competitions.queries.summary import summary_of
from core import pdf
from core.access import Permission, public, requires
from core.idempotency import once
from core.pdf import PrintError
from core.text import mask_name
from unions.forms import attempt
from unions.list_pages import list_page
from unions.scoping import reaches_all

SUMMARY = "competitions/contest_summary.html"


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def award_list(request):
    """People with an award; the export gives a certificate for each. The town may revoke one."""
    decides = reaches_all(request.user, Permission.DECIDE_CONTESTS)
    return list_page(
        request, AwardListing(), "competitions/award_list.html", always=("name",), can_revoke=decides
    )


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def revoked_award_list(request):
    """Awards that the town took back, with day and reason."""
    decides = reaches_all(request.user, Permission.DECIDE_CONTESTS)
    return list_page(
        request,
        RevokedAwardListing(),
        "competitions/revoked_award_list.html",
        always=("code",),
        can_revoke=decides,
    )


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def award_revoke(request, pk):
    """Take back the award of an entrant's entry; before that, what becomes of its promises."""
    entrant = get_object_or_404(awarded(request.user), pk=pk)
    award = entrant.entry.award
    form = RevokeAwardForm(request.POST or None)
    if attempt(form, services.revoke_award, award=award, by=request.user):
        messages.success(request, f"已撤销获奖编号 {award.code}")
        return redirect("competitions:revoked_award_list")
    people = entrant.entry.entrants.competing().select_related("worker").order_by("pk")
    context = {
        "form": form,
        "award": award,
        "event": entrant.event,
        "names": [one.worker.name for one in people.defer("worker__phone", "worker__phone_index")],
        "promises": sums_of(Promise.objects.filter(entrant__entry=entrant.entry), timezone.localdate()),
    }
    return render(request, "competitions/award_revoke.html", context)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def award_again(request, pk):
    """Give the entry of a revoked award one in its place."""
    rows = Award.objects.within_reach(request.user, Permission.DECIDE_CONTESTS).revoked()
    award = get_object_or_404(rows.select_related("event__contest", "prize"), pk=pk)
    form = GiveAgainForm(request.POST or None, award=award)
    if new := attempt(form, services.give_again, award=award, by=request.user):
        messages.success(request, f"已重新颁发，获奖编号 {new.code}")
        return redirect("competitions:award_list")
    return render(request, "competitions/award_again.html", {"form": form, "award": award})


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def award_paper(request, pk):
    """The certificate of one person as a file under a name without personal data; the look is logged. A name that no
    font of ours has is said on the list."""
    entrant = get_object_or_404(awarded(request.user), pk=pk)
    try:
        content = award_papers.draw(entrant)
    except PrintError as error:
        messages.error(request, str(error))
        return redirect("competitions:award_list")
    _note_look(
        request, "competitions.award_paper", entrant.worker, entrant.entry.union_id, entrant=entrant.pk
    )
    return _pdf(content, f"获奖证书-{entrant.entry.award.code}-{entrant.pk}.pdf")


@public
@never_cache
@require_safe
@rate_limit(action="award_check", limit_get=True)  # allauth lets GET through uncounted otherwise
def award_check(request, pk, code):
    """Whether a certificate holds, for anybody who has it; of a revoked one only since when it does not. An invented
    code, one of a certificate that was corrected since, and one of nobody look the same."""
    rows = Entrant.objects.competing().filter(worker__anonymised_on=None)
    entrant = with_award(rows).filter(pk=pk).first()
    award = award_papers.award_of(entrant, code) if entrant else None
    context = {"award": award}
    if award and not award.revoked_on:
        context |= {"event": entrant.event, "name": mask_name(entrant.worker.name)}
    response = render(request, "competitions/award_check.html", context, status=200 if award else 404)
    response["Referrer-Policy"] = "no-referrer"
    return response


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def contest_summary(request, pk):
    """What came of a contest (竞赛总结) as PDF, for the union that holds it; the look is logged."""
    contest = get_object_or_404(Contest.objects.editable_by(request.user).select_related("union"), pk=pk)
    title = f"{contest.title}总结"
    try:
        content = pdf.render(SUMMARY, {"contest": contest} | summary_of(contest), title=title)
    except PrintError as error:
        messages.error(request, str(error))
        return redirect(contest)
    _note_look(request, "competitions.contest_summary", contest, contest.union_id)
    return _pdf(content, f"竞赛总结-{contest.code}.pdf")


def _note_look(request, action: str, obj, union_id: int, **details) -> None:
    access = AuditEntry.Category.ACCESS
    audit.record(request.user, action, obj, category=access, union_id=union_id, **details)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
