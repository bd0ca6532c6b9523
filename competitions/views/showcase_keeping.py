"""Keeping the showcase: consents of people, publishing, taking off, and the settings of the page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.showcase import ConsentForm, PublishForm, ShowcaseForm, WithdrawForm
from competitions.models import Consent, Contributor, Innovation, Publication
from competitions.queries.showcase import showcase_settings
from competitions.views.innovations import kept_innovation
from core.access import Permission, requires
from core.forms import press
from core.papers import send_paper
from unions.forms import attempt


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def consent_record(request, pk):
    """Keep somebody's signed form, and what it covers."""
    kept = Innovation.objects.editable_by(request.user).values("pk")
    rows = Contributor.objects.editable_by(request.user).filter(innovation__in=kept)
    rows = rows.select_related("innovation", "worker").defer("worker__phone", "worker__phone_index")
    contributor = get_object_or_404(rows, pk=pk)
    form = ConsentForm(request.POST or None, request.FILES or None)
    if attempt(form, services.record_consent, contributor=contributor, by=request.user):
        messages.success(request, "已登记公开同意书")
        return redirect(contributor.innovation)
    context = {"form": form, "contributor": contributor, "innovation": contributor.innovation}
    return render(request, "competitions/consent_form.html", context)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def consent_download(request, pk):
    """The signed form as an attachment; the look is logged."""
    consent = get_object_or_404(_consents(Consent.objects.visible_to(request.user)), pk=pk)
    told = {"by": request.user, "sha256": consent.sha256}
    return send_paper(consent, consent.contributor.innovation, "competitions.consent_download", **told)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def consent_withdraw(request, pk):
    """Write down that somebody no longer agrees: it works at once."""
    consent = get_object_or_404(_consents(Consent.objects.editable_by(request.user)), pk=pk)
    innovation = consent.contributor.innovation
    form = WithdrawForm(request.POST or None)
    if attempt(form, services.withdraw_consent, consent=consent, by=request.user):
        messages.success(request, "已登记撤回，公开页面已同时更新")
        return redirect(_back(request.user, innovation))
    context = {"form": form, "title": "撤回公开同意", "back": innovation, "submit": "登记撤回"}
    context["hint"] = "保存后立即生效：主要完成人撤回的，整项成果撤下；其他人撤回的，姓名撤下。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def consent_remove(request, pk):
    """Delete a form that was kept by mistake."""
    consent = get_object_or_404(_consents(Consent.objects.editable_by(request.user)), pk=pk)
    innovation = consent.contributor.innovation
    press(request, "已删去同意书", services.remove_consent, consent=consent)
    return redirect(_back(request.user, innovation))


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def innovation_publish(request, pk):
    """Write what everybody reads, and show it."""
    innovation = kept_innovation(request.user, pk, Permission.DECIDE_CONTESTS)
    known = Publication.objects.filter(innovation=innovation).first()
    text = known.text if known else innovation.content[:1000]
    form = PublishForm(request.POST or None, innovation=innovation, text=text)
    if attempt(form, services.publish_innovation, innovation=innovation, by=request.user):
        messages.success(request, "已公开展示")
        return redirect(innovation)
    context = {"form": form, "title": "公开展示", "back": innovation, "submit": "公开展示"}
    context["hint"] = "不登录也能看到。姓名和图片按本人同意书的范围显示，本人撤回同意后立即撤下。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def innovation_take_off(request, pk):
    """Show it no longer."""
    innovation = kept_innovation(request.user, pk)
    press(request, "已撤下，公开页面不再显示", services.take_off_innovation, innovation=innovation)
    return redirect(innovation)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def showcase_edit(request):
    """The words at the head of the page, and whether search engines may take it in."""
    form = ShowcaseForm(request.POST or None, kept=showcase_settings())
    if attempt(form, services.set_showcase, by=request.user):
        messages.success(request, "已保存")
        return redirect("competitions:showcase_edit")
    return render(request, "competitions/showcase_form.html", {"form": form})


def _consents(rows):
    rows = rows.select_related("contributor__innovation", "contributor__worker")
    return rows.defer("contributor__worker__phone", "contributor__worker__phone_index")


def _back(user, innovation: Innovation):
    """The innovation, or the list for whoever keeps only the person."""
    if Innovation.objects.visible_to(user).filter(pk=innovation.pk).exists():
        return innovation
    return "competitions:innovation_list"
