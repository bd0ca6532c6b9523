"""Forms of the rule of safety training that a firm falls under."""

from django import forms

from core.codes import offered
from core.forms import DayField, version_field
from training.models import MANUFACTURING, SafetyProfile
from unions.forms import CHOOSE, code_field
from unions.models import Employer

TABLE = "safety_risk"


class SafetyRuleForm(forms.Form):
    """What the rule says."""

    risk = code_field(TABLE, "行业风险", required=True)
    three_levels = forms.BooleanField(
        label="实行三级安全教育（厂、车间、班组）", required=False, help_text="加工、制造业等生产单位应实行"
    )
    source = forms.CharField(
        label="依据", max_length=200, help_text="例如安全生产许可证，或主管部门公布的名单和日期"
    )


class SafetyProfileForm(SafetyRuleForm):
    """A rule that begins."""

    start = DayField(label="起始日期", help_text="这一天以后入职的人按此要求；此前登记的规则到这一天为止")
    field_order = ["risk", "three_levels", "start", "source"]

    def __init__(self, data=None, *, employer: Employer):
        super().__init__(data, initial={"three_levels": employer.industry == MANUFACTURING})


class SafetyProfileEditForm(SafetyRuleForm):
    """A rule that is entered already."""

    def __init__(self, data=None, *, profile: SafetyProfile):
        initial = {name: getattr(profile, name) for name in SafetyRuleForm.base_fields}
        super().__init__(data, initial=initial)
        self.fields["risk"].choices = [("", CHOOSE), *offered(TABLE, stored=profile.risk)]
        self.fields["version"] = version_field(profile)
