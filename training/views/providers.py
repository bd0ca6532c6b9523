"""Pages of providers and their qualifications: read by all who see training, kept by the town's staff."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.idempotency import once
from training import services
from training.forms.providers import ProviderForm, QualificationForm
from training.listings.providers import ProviderListing, toned
from training.models import Provider, Qualification, TrainingClass
from training.queries.providers import TONES, state_in_words, state_of, warn_days
from unions.forms import attempt
from unions.list_pages import list_page

LATEST = 10  # classes the page of a provider shows


@requires(Permission.VIEW_TRAINING)
@require_safe
def provider_list(request):
    """The town's providers, with how their qualifications stand."""
    may_keep = request.user.has_perm(Permission.DECIDE_TRAINING)
    return list_page(
        request, ProviderListing(), "training/provider_list.html", paint=toned, can_edit=may_keep
    )


@requires(Permission.VIEW_TRAINING)
@require_safe
def provider_detail(request, pk):
    """One provider: its facts, qualifications and latest classes."""
    provider = get_object_or_404(Provider.objects.visible_to(request.user).with_state(), pk=pk)
    today = timezone.localdate()
    days = warn_days(today)
    classes = TrainingClass.objects.visible_to(request.user).filter(provider=provider).select_related("union")
    context = {
        "provider": provider,
        "doubt": state_in_words(provider, today, days),
        "tone": TONES[state_of(provider, today, days)],
        "qualifications": provider.qualifications.all(),
        "classes": classes[:LATEST],
        "today": today,
        "can_edit": request.user.has_perm(Permission.DECIDE_TRAINING),
    }
    return render(request, "training/provider_detail.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def provider_create(request):
    """Put an institution on the town's list."""
    form = ProviderForm(request.POST or None)
    if provider := attempt(form, services.enter_provider, by=request.user):
        messages.success(request, "已登记，请接着登记办学资质")
        return redirect(provider)
    return _form(request, form, "登记承办机构", None)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
def provider_edit(request, pk):
    """Change facts of an institution."""
    provider = _editable(request, pk)
    form = ProviderForm(request.POST or None, instance=provider)
    if attempt(form, services.edit_provider, provider=provider, by=request.user):
        messages.success(request, "已保存")
        return redirect(provider)
    return _form(request, form, "修改承办机构", _editable(request, pk))


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def qualification_create(request, pk):
    """Enter a licence of an institution."""
    provider = _editable(request, pk)
    form = QualificationForm(request.POST or None)
    if attempt(form, services.add_qualification, provider=provider, by=request.user):
        messages.success(request, "已登记资质")
        return redirect(provider)
    return _form(request, form, "登记办学资质", provider)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
def qualification_edit(request, pk, qualification):
    """Correct a licence."""
    provider = _editable(request, pk)
    row = get_object_or_404(Qualification, pk=qualification, provider=provider)
    form = QualificationForm(request.POST or None, instance=row)
    if attempt(form, services.edit_qualification, qualification=row, by=request.user):
        messages.success(request, "已保存")
        return redirect(provider)
    return _form(request, form, "修改办学资质", provider)


@requires(Permission.DECIDE_TRAINING)
@require_POST
def qualification_delete(request, pk, qualification):
    """Take away a licence that was entered by mistake."""
    row = get_object_or_404(Qualification, pk=qualification, provider=_editable(request, pk))
    provider = services.remove_qualification(qualification=row, by=request.user)
    messages.success(request, "已删除资质")
    return redirect(provider)


def _editable(request, pk) -> Provider:
    return get_object_or_404(Provider.objects.editable_by(request.user), pk=pk)


def _form(request, form, title: str, provider: Provider | None):
    context = {"form": form, "title": title, "about": provider, "list_url": "training:provider_list"}
    return render(request, "training/record_form.html", context)
