"""Forms that name people: each is typed as a name or a number, never put into an address, and found in reach."""

from django import forms

from core.errors import RuleError
from workers.models import Worker
from workers.pasting import find_pasted
from workers.queries import roll_of

HOW = "姓名、工号、手机号或完整证件号码，也可以是证件或手机的末四位"
NOBODY = "没有找到此人。请核对姓名或号码；还没有登记的，请先登记到会员名册。"
OUT_OF_REACH = "此人不在您办理的范围内，不能在这里登记。请联系镇总工会办理。"
SEVERAL = "有 {count} 人符合，请在下面选择一人。"
TOO_MANY = "有 {count} 人符合。请改填手机号或完整证件号码。"
CHOICE = "{name}_choice"


class PeopleForm(forms.Form):
    """``people`` are the fields that name a person (field → label, and whether it is needed).

    What is typed becomes a Worker in ``cleaned_data``, or None. Where it means several people, the field is refused
    once and a list to choose from stands below it. ``permission`` is the one that the user needs over them.
    """

    permission: str
    people: dict[str, tuple[str, bool]] = {}

    def __init__(self, data=None, *, by, **kwargs):
        super().__init__(data, **kwargs)
        self.by = by
        for name, (label, required) in self.people.items():
            field = forms.CharField(
                label=label,
                required=required,
                max_length=60,
                help_text=HOW,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
            self.fields[name] = field
        self.order_fields([*self.people, *(name for name in self.fields if name not in self.people)])

    def clean(self):
        """Each text as the person it means."""
        facts = super().clean()
        for name in self.people:
            text = facts.get(name) or ""
            if text.strip():
                facts[name] = self._found(name, text)
            elif name in facts:
                facts[name] = None
        return facts

    def _found(self, name: str, text: str) -> Worker | None:
        try:
            answers = find_pasted(text, by=self.by)
        except RuleError as error:
            self.add_error(name, error)
            return None
        lines = [*answers.found, *answers.ambiguous]
        if len(lines) + len(answers.missing) > 1:
            self.add_error(name, "请只填一个人")
            return None
        if not lines:
            self.add_error(name, NOBODY)
            return None
        offered = list(self._offered(lines[0].keys))
        if not offered:
            self.add_error(name, OUT_OF_REACH)
        elif lines[0].total == 1:
            return offered[0]
        elif lines[0].total > len(lines[0].keys):
            self.add_error(name, TOO_MANY.format(count=lines[0].total))
        else:
            return self._chosen(name, offered)
        return None

    def _offered(self, keys: list[int]):
        """Those of the people found whose records the permission lets the user keep."""
        reach = Worker.objects.within_reach(self.by, self.permission).filter(pk__in=keys)
        return roll_of(self.by).filter(pk__in=reach.filter(merged_into=None).values("pk")).order_by("pk")

    def _chosen(self, name: str, offered: list[Worker]) -> Worker | None:
        """The one that was chosen below; else the choice is put there."""
        key = CHOICE.format(name=name)
        labels = [(str(worker.pk), _label(worker)) for worker in offered]
        field = forms.ChoiceField(
            label=f"{self.fields[name].label}是哪一位", choices=[("", "请选择"), *labels]
        )
        self.fields[key] = field
        names = list(self.fields)
        names.insert(names.index(name) + 1, names.pop())
        self.order_fields(names)
        said = self.data.get(key, "")
        for worker in offered:
            if str(worker.pk) == said:
                return worker
        self.add_error(name, SEVERAL.format(count=len(offered)))
        return None


def _label(worker: Worker) -> str:
    """Enough to tell people of one name apart: firm or union, and the tail of the document."""
    papers = worker.current_documents
    tail = f"，证件尾号 {papers[0].number_tail[-2:]}" if papers else ""
    return f"{worker.name}，{worker.employer or worker.union}{tail}"
