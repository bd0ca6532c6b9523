"""Forms of entries."""

from django import forms


class EntryForm(forms.Form):
    team_name = forms.CharField(label="队名", max_length=50)
    remark = forms.CharField(
        label="备注",
        max_length=200,
        required=False,
        help_text="要告诉主办工会的话，例如申请破格的理由；可以不填",
    )

    def __init__(self, *args, is_team: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_team:
            del self.fields["team_name"]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="退赛原因", max_length=400, help_text="会保存在报名记录里，主办工会看得到")


class LeaveForm(forms.Form):
    reason = forms.CharField(label="退出原因", max_length=400, help_text="会保存在报名记录里，主办工会看得到")


class SubstituteForm(forms.Form):
    reason = forms.CharField(label="替换原因", max_length=400, help_text="原来的人和原因都会保留在报名记录里")
