"""Forms of candidates."""

from django import forms
from django.utils import timezone

from core.codes import offered
from core.forms import DayField, version_field
from training.forms.people import PeopleForm
from training.models import Candidate, CandidateNote
from training.models.certificates import LEVELS
from unions.forms import CHOOSE

TABLE = "skill_level"
REASON = "记入变更记录。不要写证件号码或电话号码"
FACTS = ("year", "batch", "scope", "trade", "mentor_name", "goal_level", "start", "until")


def goals(stored: str = "") -> list[tuple[str, str]]:
    """The rungs a goal can be: those with a certificate."""
    return [("", CHOOSE), *(pair for pair in offered(TABLE, stored=stored) if pair[0] in LEVELS)]


class FactsForm(PeopleForm):
    """What the list says, with a mentor on the roll or an outside one."""

    people = {"mentor": ("导师", False)}

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    batch = forms.CharField(label="批次", max_length=100, required=False, help_text="例如“第一批”")
    scope = forms.ChoiceField(label="级别", choices=[("", CHOOSE), *Candidate.Scope.choices])
    trade = forms.CharField(
        label="工种", max_length=200, widget=forms.TextInput(attrs={"list": "trades", "autocomplete": "off"})
    )
    mentor_name = forms.CharField(
        label="外聘导师", max_length=200, required=False, help_text="导师不在名册中的填姓名和单位"
    )
    goal_level = forms.ChoiceField(label="目标等级", choices=goals)
    start = DayField(label="培养开始")
    until = DayField(label="培养期至", help_text="培养期的最后一天")


class CandidateForm(FactsForm):
    """A new nomination."""

    people = {"worker": ("职工", True), "mentor": ("导师", False)}


class EditCandidateForm(FactsForm):
    """The facts of a known candidate, with the state they were read in. A blank mentor leaves the one on the roll."""

    def __init__(self, data=None, *, by, candidate: Candidate):
        super().__init__(data, by=by, initial={name: getattr(candidate, name) for name in FACTS})
        self.candidate = candidate
        self.fields["version"] = version_field(candidate)
        self.fields["goal_level"].choices = goals(candidate.goal_level)
        if candidate.mentor:
            self.fields[
                "mentor"
            ].help_text = f"现为 {candidate.mentor.name}；不改请留空，改为外聘导师的填下面一项"

    def clean(self):
        """The stored mentor, where nothing else was said."""
        facts = super().clean()
        if not facts.get("mentor") and not facts.get("mentor_name") and "mentor" not in self.errors:
            facts["mentor"] = self.candidate.mentor
        return facts


class NoteForm(forms.Form):
    """What was done in a year; ``known`` is the note that is corrected."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    text = forms.CharField(
        label="年度情况",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="学了什么、做到了什么。不要写证件号码或电话号码",
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, known: CandidateNote | None):
        initial = {"year": timezone.localdate().year}
        if known:
            initial = {"year": known.year, "text": known.text, "stamp": known.stamp}
        super().__init__(data, initial=initial)
        self.fields["year"].disabled = known is not None


class ConcludeForm(forms.Form):
    """What came of it, with the state that the user saw."""

    outcome = forms.ChoiceField(label="培养结果", choices=[("", CHOOSE), *Candidate.Outcome.choices])
    outcome_on = DayField(label="结果日期", initial=timezone.localdate)
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text=f"未达目标和中止的必填。{REASON}"
    )

    def __init__(self, data=None, *, candidate: Candidate):
        super().__init__(data)
        self.fields["version"] = version_field(candidate)
