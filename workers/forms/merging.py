"""Forms about pairs of records and their merge."""

from django import forms

from unions.models import Union
from workers.duplicates import GROUNDS
from workers.models import DuplicatePair, Worker
from workers.services.merging import ABSORBED, CURRENT, FORMER, FURTHER, KEPT, differing_facts

NOTE_HELP = "至少 4 个字；不要写证件号码或电话号码"


class DuplicateFilterForm(forms.Form):
    """Query string of the candidates; ``unions`` may be filtered by."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[*DuplicatePair.State.choices, ("all", "全部")]
    )
    ground = forms.ChoiceField(label="依据", required=False)
    union = forms.ModelChoiceField(
        label="工会（含下级）", required=False, queryset=Union.objects.none(), empty_label="全部"
    )

    def __init__(self, *args, unions, grounds: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [("", "全部"), *[(name, grounds[name]) for name in GROUNDS]]
        self.fields["union"].queryset = unions.order_by("path")


class DistinctForm(forms.Form):
    note = forms.CharField(label="为什么不是同一人", max_length=200, help_text=NOTE_HELP)


class MergeForm(forms.Form):
    """One choice per fact in which the records differ; phones are told apart by their tails."""

    document = forms.ChoiceField(
        label="并入记录的现用证件",
        choices=[
            (FORMER, "作为原证件保留在历史中"),
            (FURTHER, "作为另一份有效证件"),
            (CURRENT, "改为现用证件"),
        ],
    )
    note = forms.CharField(label="合并依据", max_length=200, help_text=NOTE_HELP)

    def __init__(self, *args, kept: Worker, absorbed: Worker, shown: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = differing_facts(kept, absorbed)
        for name in self.choices:
            left, right = shown[name]
            self.fields[f"fact_{name}"] = forms.ChoiceField(
                label=Worker._meta.get_field(name).verbose_name,
                choices=[(KEPT, f"{left}（保留记录）"), (ABSORBED, f"{right}（并入记录）")],
            )
        self.order_fields([*[f"fact_{name}" for name in self.choices], "document", "note"])

    def clean(self):
        """Gather the choices as the service takes them."""
        data = super().clean()
        data["facts"] = {name: data.pop(f"fact_{name}") for name in self.choices if f"fact_{name}" in data}
        return data
