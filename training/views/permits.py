"""特种作业操作证: the list, one card with its reviews, and what is done to it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.codes import legal_number
from core.forms import attempt
from core.idempotency import once
from training import services
from training.forms.permits import EditPermitForm, PermitForm, ReviewForm, RevokeForm, StrikeForm
from training.listings.permits import PermitListing, permits_of
from training.models import Permit, PermitReview
from training.queries.permit_states import masked, notice_days, standing, tone
from workers.list_pages import people_list_page
from workers.models import Worker


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def permit_list(request):
    """Cards in reach, what is due first. The search box is posted and comes back sealed in the address."""
    listing = PermitListing()
    return people_list_page(
        request, listing, "training/permit_list.html", search="姓名 / 拼音 / 证件或手机末四位", paint=_paint
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def permit_detail(request, pk):
    """One card with its reviews."""
    permit = get_object_or_404(permits_of(request.user), pk=pk)
    return render(request, "training/permit_detail.html", _detail(request.user, permit))


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def worker_permits(request, pk):
    """The cards of one person, as a part of the person's page."""
    worker = get_object_or_404(Worker.objects.visible_to(request.user).only("pk", "name", "union"), pk=pk)
    cards = _paint(permits_of(request.user).filter(worker=worker))
    may_edit = Worker.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    context = {
        "worker": worker,
        "permits": cards,
        "categories": codes.names("permit_category"),
        "can_edit": may_edit.filter(pk=pk, anonymised_on=None).exists(),
    }
    return render(request, "training/_worker_permits.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def permit_create(request, pk):
    """Record a card of a person."""
    people = Worker.objects.within_reach(request.user, Permission.EDIT_TRAINING).filter(anonymised_on=None)
    worker = get_object_or_404(people.defer("phone", "phone_index"), pk=pk)
    form = PermitForm(request.POST or None)
    if permit := attempt(form, services.enter_permit, worker=worker, by=request.user):
        messages.success(request, "已登记操作证")
        return redirect(permit)
    hint = "按操作证原件填写。换发的新证也在这里登记，同类别同项目的旧证随即停用。"
    return _form(request, form, worker, title="登记特种作业操作证", submit="登记", hint=hint, back=worker)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def permit_edit(request, pk):
    """Correct what was recorded of a card."""
    permit = _editable(request.user, pk)
    form = EditPermitForm(request.POST or None, permit=permit)
    if attempt(form, services.edit_permit, permit=permit, by=request.user):
        messages.success(request, "已保存")
        return redirect(permit)
    hint = "用于更正录入错误。换发了新证的，请在职工页面另行登记，不要改旧证。"
    return _form(request, form, permit.worker, title="修改操作证", submit="保存", hint=hint, back=permit)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def permit_review(request, pk):
    """Record a review."""
    permit = _editable(request.user, pk)
    form = ReviewForm(request.POST or None)
    if review := attempt(form, services.review_permit, permit=permit, by=request.user):
        text = (
            f"已登记复审，此后应在 {review.next_due} 前办理"
            if review.passed
            else "已登记复审不合格，应办日期不变"
        )
        messages.success(request, text)
        return redirect(permit)
    least = legal_number("permit.review_hours", on=timezone.localdate()).normalize()
    hint = (
        f"应在 {permit.due_on} 前{'换证' if permit.needs_new_card else '复审'}。复审前的安全培训不少于 {least:f} 学时。"
        "期满换发新证的，请在职工页面登记新证。"
    )
    return _form(request, form, permit.worker, title="登记复审", submit="登记", hint=hint, back=permit)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def permit_revoke(request, pk):
    """End a card."""
    permit = _editable(request.user, pk)
    form = RevokeForm(request.POST or None, permit=permit)
    if attempt(form, services.revoke_permit, permit=permit, by=request.user):
        messages.success(request, "已注销操作证")
        return redirect(permit)
    hint = "证件失效、被吊销、不再从事该作业，或录错了证。注销后不再提醒，也不计入到期未审。"
    return _form(request, form, permit.worker, title="注销操作证", submit="注销", hint=hint, back=permit)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def permit_review_strike(request, pk, review):
    """Take back a review that was recorded by mistake."""
    permit = _editable(request.user, pk)
    found = get_object_or_404(PermitReview.objects.filter(permit=permit), pk=review)
    form = StrikeForm(request.POST or None)
    if attempt(form, services.strike_review, review=found, by=request.user):
        messages.success(request, "已删去登记错的复审")
        return redirect(permit)
    hint = f"{found.on} 的复审（{'合格' if found.passed else '不合格'}）。只用于录入错误；删去后应办日期随之退回。"
    return _form(request, form, permit.worker, title="删去复审", submit="删去", hint=hint, back=permit)


def _editable(user, pk) -> Permit:
    rows = Permit.objects.editable_by(user).select_related("worker").defer("number", "worker__phone")
    return get_object_or_404(rows, pk=pk)


def _form(request, form, worker: Worker, *, title: str, submit: str, hint: str, back):
    context = {"form": form, "worker": worker, "title": title, "submit": submit, "hint": hint}
    return render(request, "training/permit_form.html", context | {"back": back.get_absolute_url()})


def _detail(user, permit: Permit) -> dict:
    _paint([permit])
    may_edit = Permit.objects.editable_by(user).filter(pk=permit.pk).exists()
    return {
        "permit": permit,
        "number": masked(permit.number_tail),
        "category": codes.names("permit_category").get(permit.category, permit.category),
        "reviews": permit.reviews.select_related("entered_by"),
        "can_edit": may_edit and permit.state == Permit.State.ACTIVE,
    }


def _paint(permits) -> list[Permit]:
    """Set ``standing`` and ``tone`` on each card."""
    today = timezone.localdate()
    near, found = notice_days(today)[-2], list(permits)
    for permit in found:
        permit.standing, permit.tone = standing(permit, today), tone(permit, today, near)
    return found
