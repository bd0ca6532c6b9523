"""兑现跟踪: the list of promises, one promise, and how it is made and kept."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.follow import (
    DocumentForm,
    EventForm,
    HonourForm,
    LevelForm,
    PromiseForm,
    ReasonForm,
    SettleForm,
)
from competitions.listings.promises import PromiseListing
from competitions.models import Entrant, Event, Gain, Promise, PromisePaper
from competitions.queries import follow
from competitions.views.prizes import kept_event
from core.access import Permission, requires
from core.idempotency import once
from core.papers import send_paper
from unions.forms import attempt
from workers.list_pages import people_list_page


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def promise_list(request):
    """Promises in reach, the first due first, with the sums of what is listed. The search box is posted and comes
    back sealed in the address."""
    listing = PromiseListing()
    asked, today = listing.asked(request.user, request.GET), timezone.localdate()
    return people_list_page(
        request,
        listing,
        "competitions/promise_list.html",
        search="姓名 / 拼音 / 号码末四位",
        paint=_paint,
        sums=SimpleLazyObject(lambda: follow.sums_of(asked.qs.order_by(), today)),
        can_edit=request.user.has_perm(Permission.EDIT_CONTESTS),
    )


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def promise_detail(request, pk):
    """One promise, what keeps it, and its papers."""
    rows = follow.promises_of(request.user).select_related(
        "entitlement", "entrant__entry__result", "created_by", "closed_by", "revoked_award", "settled_by"
    )
    row, today = get_object_or_404(rows, pk=pk), timezone.localdate()
    state = follow.standing(row, today)
    context = {
        "promise": row,
        "said": follow.Names.load().of(row),
        "tone": follow.TONES[state],
        "standing": dict(follow.STANDINGS)[state],
        "papers": row.papers.select_related("added_by"),
        "proof": follow.proof_of(row),
        "opens": Event.objects.visible_to(request.user).filter(pk=row.event_id).exists(),
        "can_edit": Promise.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "competitions/promise_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
@once
def promise_propose(request, pk):
    """Promise what the rules in force give to the ranks of an event."""
    event = kept_event(request, pk)
    try:
        made = services.propose(event=event, by=request.user)
        said = f"已按奖励政策登记 {made} 项待兑现事项" if made else "按奖励政策没有新的待兑现事项"
        messages.success(request, said)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(event)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def promise_create(request, pk):
    """Register something that a union promises somebody with a rank: of those the user keeps."""
    seen = Event.objects.visible_to(request.user).filter(pk=pk).select_related("contest").first()
    event = seen or get_object_or_404(follow.events_to_promise(request.user), pk=pk)
    kept = Entrant.objects.editable_by(request.user)
    winners = follow.winners(event).filter(pk__in=kept.filter(event=event).values("pk"))
    form = PromiseForm(request.POST or None, winners=winners)
    if row := attempt(form, services.promise, by=request.user):
        messages.success(request, "已登记待兑现事项")
        return redirect(row)
    hint = "企业自行承诺的工资职级、奖金等在这里登记；取得文件或证书后再登记兑现。成绩公布后才能登记。"
    back = "" if seen else reverse("competitions:promise_list")
    return _form(request, form, "登记待兑现事项", event, "登记", hint, back)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def promise_start(request):
    """Choose the event for whose winners something is to be registered: of all that the user's people won in."""
    form = EventForm(request.GET or None, events=follow.events_to_promise(request.user))
    if form.is_valid():
        return redirect("competitions:promise_create", form.cleaned_data["event"].pk)
    return render(request, "competitions/promise_start.html", {"form": form})


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def promise_deliver(request, pk):
    """Enter what keeps a promise: a verified certificate or honour, or the document about pay or a bonus."""
    row = _kept_promise(request, pk)
    form, service, hint = _proof_asked(request, row)
    if attempt(form, service, promise=row, by=request.user):
        messages.success(request, "已登记兑现")
        return redirect(row)
    return _form(request, form, "登记兑现", row, "登记兑现", hint)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def promise_waive(request, pk):
    """Say why something will not be given."""
    row = _kept_promise(request, pk)
    form = ReasonForm(request.POST or None, promise=row)
    if attempt(form, services.waive_promise, promise=row, by=request.user):
        messages.success(request, "已登记不再兑现")
        return redirect(row)
    hint = "不再计入应兑现。只是还没有办的，请留作待兑现。"
    return _form(request, form, "不再兑现", row, "登记", hint)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def promise_reopen(request, pk):
    """Take back what was registered by mistake."""
    row = _kept_promise(request, pk)
    form = ReasonForm(request.POST or None, promise=row)
    if attempt(form, services.reopen_promise, promise=row, by=request.user):
        messages.success(request, "已退回待兑现")
        return redirect(row)
    hint = "用于登记错的。已上传的附件一并删除；已发布的报告不变。"
    return _form(request, form, "退回待兑现", row, "退回", hint)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def promise_settle(request, pk):
    """Say what becomes of something given for an award that was revoked since."""
    row = _kept_promise(request, pk)
    form = SettleForm(request.POST or None, promise=row)
    if attempt(form, services.settle_promise, promise=row, by=request.user):
        messages.success(request, "已登记处理结果")
        return redirect(row)
    hint = "所依据的获奖已撤销，已不计入兑现。请登记已兑现的是否追回。证书和荣誉由发证、授予单位另行处理。"
    return _form(request, form, "登记撤销后的处理", row, "登记", hint)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def promise_paper(request, pk, paper):
    """One paper as an attachment, under a name without personal data; the look is logged."""
    row = get_object_or_404(follow.promises_of(request.user), pk=pk)
    found = get_object_or_404(PromisePaper.objects.filter(promise=row), pk=paper)
    return send_paper(found, row, "competitions.promise_paper", by=request.user)


def _proof_asked(request, row: Promise):
    """The form for what keeps the promise, the service behind it, and what the page says about it."""
    data, ended_on = request.POST or None, row.event.contest.ends_on
    if row.gain == Gain.SKILL:
        names = follow.Names.load().levels
        form = LevelForm(data, promise=row, proofs=follow.proofs_for(row), names=names)
        hint = (
            f"竞赛本身不改变技能等级。请选择 {ended_on} 及以后发的、达到这一等级、镇总工会已核验的证书；"
            "没有可选的，先在“技能证书”登记并核验。"
        )
        return form, services.deliver_level, hint
    if row.gain == Gain.HONOUR:
        form = HonourForm(data, promise=row, honours=follow.honours_for(row))
        hint = (
            f"请选择 {ended_on} 及以后授予、写明文件号、镇总工会已核实的这种荣誉；"
            "没有可选的，先登记个人荣誉并核实。"
        )
        return form, services.deliver_honour, hint
    form = DocumentForm(data, request.FILES or None, promise=row)
    return form, services.deliver_document, "按文件登记，并上传文件或发放凭证。"


def _kept_promise(request, pk) -> Promise:
    found = Promise.objects.editable_by(request.user).filter(entrant__worker__anonymised_on=None)
    found = found.select_related("event__contest", "entrant__worker")
    return get_object_or_404(found.defer("entrant__worker__phone", "entrant__worker__phone_index"), pk=pk)


def _form(request, form, title: str, back, submit: str, hint: str, back_url: str = ""):
    about = (
        back.title if isinstance(back, Event) else f"{back.entrant.worker.name}，{back.get_gain_display()}"
    )
    back_url = back_url or back.get_absolute_url()
    context = {"form": form, "title": title, "back": back_url, "about": about, "submit": submit, "hint": hint}
    return render(request, "competitions/follow_form.html", context)


def _paint(promises) -> None:
    today = timezone.localdate()
    for row in promises:
        row.tone = follow.TONES[follow.standing(row, today)]
