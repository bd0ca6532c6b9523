"""Pages about one's own account, invitations, and the security administrator's pages."""

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, services
from accounts.browsers import browser_name
from accounts.forms import (
    AccountAction,
    AccountActionForm,
    AccountFilterForm,
    AuditFilterForm,
    EmailForm,
    InvitationPasswordForm,
    LogFilterForm,
)
from accounts.models import User
from accounts.reading import read_entries
from accounts.security import client_ip, note
from core.access import Permission, public, requires, signed_in
from core.errors import RuleError
from core.pages import paginate

INVITATION = "invitation_token"


@public
@never_cache
@require_safe
def invitation_accept(request, token):
    """Take the token out of the address at once: keep it in the session and go on to a plain address."""
    request.session[INVITATION] = token
    response = redirect("accounts:invitation_password")
    response["Referrer-Policy"] = "no-referrer"
    return response


@public
@never_cache
@sensitive_post_parameters()
@sensitive_variables("token", "form")
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="invitation")
def invitation_password(request):
    """Set the password of an invited account, once."""
    token = request.session.get(INVITATION, "")
    invitation = queries.open_invitation(token)
    if invitation is None:
        return render(request, "accounts/invitation_closed.html", status=410)
    return _set_first_password(request, invitation, token)


def _set_first_password(request, invitation, token):
    form = InvitationPasswordForm(request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_invitation(
                token=token, password=form.cleaned_data["password"], ip=client_ip(request)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            request.session.pop(INVITATION, None)
            messages.success(request, "密码已设置，请用它登录。")
            return redirect("account_login")
    context = {"form": form, "invited": invitation.user, "expires_at": invitation.expires_at}
    return render(request, "accounts/invitation_accept.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def profile(request):
    """One's own account: name, posts, and the e-mail address for signing in."""
    form = EmailForm(request.POST or None, initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_email(
                user=request.user, email=form.cleaned_data["email"], by=request.user, ip=client_ip(request)
            )
        except ValidationError as error:
            form.add_error("email", error)
        else:
            messages.success(request, "电子邮箱已保存。")
            return redirect("account_email")
    posts = request.user.posts.current().select_related("union")
    return render(request, "accounts/profile.html", {"form": form, "posts": posts})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def session_list(request):
    """The devices on which one is signed in; POST ends one of them or all others."""
    current = request.session.session_key
    if request.method == "POST":
        only = request.POST.get("session", "")
        ended = services.end_sessions(
            user=request.user,
            by=request.user,
            keep=current,
            only=int(only) if only.isdecimal() else None,
            ip=client_ip(request),
        )
        messages.success(request, f"已退出 {ended} 台设备。")
        return redirect("usersessions_list")
    sessions = [
        {"row": row, "browser": browser_name(row.user_agent), "is_current": row.session_key == current}
        for row in queries.sessions_of(request.user)
    ]
    return render(request, "accounts/session_list.html", {"sessions": sessions})


@requires(Permission.MANAGE_ACCOUNTS)
@require_safe
def account_list(request):
    """All accounts, for the security administrator."""
    form = AccountFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = paginate(request, queries.accounts(**wanted))
    return render(request, "accounts/account_list.html", {"form": form, "page": page})


@requires(Permission.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def account_detail(request, pk):
    """One account: lock, unlock, end its sessions, reset its second factor – each with a reason."""
    user = get_object_or_404(queries.accounts(), pk=pk)
    form = AccountActionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _act_on_account(request, user, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, error)
        else:
            return redirect("accounts:account_detail", pk)
    context = {
        "form": form,
        "account": user,
        "sessions": [
            {"row": row, "browser": browser_name(row.user_agent)} for row in queries.sessions_of(user)
        ],
        "entries": read_entries(queries.history_of(user)[:20]),
    }
    return render(request, "accounts/account_detail.html", context)


def _act_on_account(request, user: User, *, action: str, reason: str) -> None:
    act = {
        AccountAction.LOCK: services.lock_account,
        AccountAction.UNLOCK: services.unlock_account,
        AccountAction.END_SESSIONS: services.end_sessions,
        AccountAction.RESET_FACTOR: services.reset_second_factor,
    }[AccountAction(action)]
    act(user=user, by=request.user, reason=reason, ip=client_ip(request))
    messages.success(request, f"已完成：{AccountAction(action).label}（{user.username}）。")


@requires(Permission.VIEW_SECURITY_LOG)
@require_safe
def security_log(request):
    """Sign-ins, failures, factors, invitations, locks."""
    form = LogFilterForm(request.GET)
    entries = queries.security_entries()
    if form.is_valid():
        entries = queries.filter_entries(entries, **form.cleaned_data)
    page = paginate(request, entries)
    rows = read_entries(page)
    return render(request, "accounts/security_log.html", {"form": form, "page": page, "rows": rows})


@requires(Permission.VIEW_AUDIT_LOG)
@require_safe
def audit_log(request):
    """The whole trail. Field names only: values stay with those who may see the records."""
    form = AuditFilterForm(request.GET)
    entries = queries.audit_entries()
    if form.is_valid():
        entries = queries.filter_entries(entries, **form.cleaned_data)
    page = paginate(request, entries)
    rows = read_entries(page)
    return render(request, "accounts/audit_log.html", {"form": form, "page": page, "rows": rows})


@requires(Permission.VIEW_AUDIT_LOG)
@require_safe
def audit_check(request):
    """Recompute the chain of the audit trail and say where it does not hold (fragment)."""
    return render(request, "accounts/_audit_check.html", {"broken": queries.broken_audit_entries()})


def too_many_requests(request, exception=None):
    """A rate limit was hit. The page says when to try again; the event is noted."""
    user = request.user if request.user.is_authenticated else None
    note(request, "security.rate_limited", user, by=user, path=request.path[:100])
    return render(request, "429.html", status=429)
