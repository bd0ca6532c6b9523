"""Forms of posts and invitations, and of the views of lists that their holders save."""

from django import forms
from django.utils import timezone

from accounts.models import User
from core.forms import DateInput, LongSelect
from unions.forms.base import CHOOSE
from unions.models import Union
from unions.roles import Role
from unions.services.posts import INVITED_ROLES


class PostForm(forms.Form):
    """``unions`` are those over which the user may appoint."""

    user = forms.ModelChoiceField(
        label="账号",
        empty_label=CHOOSE,
        queryset=User.objects.filter(is_active=True).order_by("name"),
        widget=LongSelect(),
    )
    union = forms.ModelChoiceField(
        label="工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    role = forms.ChoiceField(label="角色", choices=[("", CHOOSE), *Role.choices])
    start = forms.DateField(label="任职起", widget=DateInput(), initial=timezone.localdate)
    end = forms.DateField(
        label="任职止", widget=DateInput(), required=False, help_text="不再任职的第一天；未定可留空"
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")


class EndPostForm(forms.Form):
    end = forms.DateField(
        label="任职止", widget=DateInput(), initial=timezone.localdate, help_text="不再任职的第一天"
    )


class InvitationForm(forms.Form):
    """``unions`` are those over which the user may appoint."""

    username = forms.CharField(
        label="用户名",
        max_length=30,
        help_text="登录用，3 至 30 位小写字母、数字、点、横线或下划线，以字母开头",
    )
    name = forms.CharField(label="姓名", max_length=50)
    email = forms.EmailField(label="电子邮箱", required=False, help_text="填写后同时发送邀请邮件")
    union = forms.ModelChoiceField(
        label="工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    role = forms.ChoiceField(
        label="角色", choices=[(role.value, role.label) for role in INVITED_ROLES], initial=Role.OFFICER
    )
    start = forms.DateField(label="任职起", widget=DateInput(), initial=timezone.localdate)
    end = forms.DateField(label="任职止", widget=DateInput(), required=False, help_text="未定可留空")

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")


class SavedViewForm(forms.Form):
    """``unions`` are those to which the user may share a view."""

    name = forms.CharField(label="名称", max_length=40)
    union = forms.ModelChoiceField(
        label="共享给",
        queryset=Union.objects.none(),
        required=False,
        empty_label="不共享，只给自己用",
        widget=LongSelect(),
        help_text="共享后，管理该工会的人和它的上级都能打开；各人看到的仍是自己管理范围内的记录",
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
