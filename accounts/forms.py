"""Forms of the account pages."""

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.db import models

from accounts.actions import BUSINESS_ACTIONS, SECURITY_ACTIONS
from accounts.models import AuditEntry
from core.forms import DateInput

ALL = ("", "全部")


class SignInForm(LoginForm):
    """allauth's sign-in form with our labels."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "用户名或电子邮箱"
        self.fields["login"].widget = forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        )
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class _CodeForm(forms.Form):
    """Labels of a code box; no placeholder that repeats the label."""

    code_label = "动态码或恢复代码"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = self.code_label
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs["autofocus"] = True


class SecondStepForm(_CodeForm, AuthenticateForm):
    """The second step of signing in."""


class SecondStepAgainForm(_CodeForm, ReauthenticateForm):
    """The second step as proof of identity."""


class ActivateAppForm(_CodeForm, ActivateTOTPForm):
    """The first code of an authenticator app."""

    code_label = "动态码"


class AddKeyForm(AddWebAuthnForm):
    """A new passkey with its name."""

    name = forms.CharField(label="名称", required=False, max_length=50)
    passwordless = forms.BooleanField(
        label="允许免密登录",
        required=False,
        initial=True,
        help_text="登录时只需验证指纹、面容或 PIN 码，不必输入密码。不勾选则只用作密码之后的第二步验证。",
    )


class RenameKeyForm(EditWebAuthnForm):
    """A new name for a passkey."""

    name = forms.CharField(label="名称", max_length=50)


class InvitationPasswordForm(forms.Form):
    """The first password of an invited user; ``user`` lets the validators compare it with their name."""

    password = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    again = forms.CharField(
        label="再输入一遍",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        """The password, strong enough by the site's validators."""
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self):
        """Both entries must be the same."""
        cleaned = super().clean()
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "两次输入的密码不一致，请重新输入。")
        return cleaned


class EmailForm(forms.Form):
    """One's own e-mail address."""

    email = forms.EmailField(
        label="电子邮箱", required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class AccountAction(models.TextChoices):
    """What the security administrator can do to another account."""

    LOCK = "lock", "锁定账号"
    UNLOCK = "unlock", "解除锁定"
    END_SESSIONS = "end_sessions", "结束全部登录会话"
    RESET_FACTOR = "reset_factor", "重置两步验证"


class AccountActionForm(forms.Form):
    """An action on an account with its reason, which goes to the security log."""

    action = forms.ChoiceField(label="操作", choices=AccountAction, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="原因", max_length=200, help_text="写入安全日志，例如：手机遗失、人员调离。"
    )


class AccountFilterForm(forms.Form):
    """Filters of the account list."""

    q = forms.CharField(
        label="用户名 / 姓名", required=False, widget=forms.TextInput(attrs={"data-search": ""})
    )
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[ALL, ("active", "正常"), ("locked", "已锁定"), ("pending", "未设密码")],
    )


class LogFilterForm(forms.Form):
    """Filters of the security log and the audit log. A bad date is told, not ignored."""

    user = forms.CharField(
        label="账号 / 姓名", required=False, widget=forms.TextInput(attrs={"data-search": ""})
    )
    action = forms.ChoiceField(label="动作", required=False, choices=[ALL, *SECURITY_ACTIONS.items()])
    since = forms.DateField(label="起始日期", required=False, widget=DateInput)
    until = forms.DateField(label="截止日期", required=False, widget=DateInput)

    def clean(self):
        """The days must be in order."""
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "截止日期早于起始日期，请调整。")
        return cleaned


class AuditFilterForm(LogFilterForm):
    """Filters of the audit log: also the category."""

    category = forms.ChoiceField(label="类别", required=False, choices=[ALL, *AuditEntry.Category.choices])
    action = forms.ChoiceField(
        label="动作",
        required=False,
        choices=[
            ALL,
            ("业务操作", list(BUSINESS_ACTIONS.items())),
            ("账号安全", list(SECURITY_ACTIONS.items())),
        ],
    )
    field_order = ["user", "category", "action", "since", "until"]
