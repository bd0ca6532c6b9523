"""Forms about online courses. The rules are the services'; minutes on the form are seconds in the record."""

from django import forms

from core import codes
from core.forms import DayField, version_of
from training.models import Course, CourseSection, Question
from training.rules.courses import MOST_OPTIONS
from unions.models import Union

MOST_MINUTES = 600


class MinutesField(forms.IntegerField):
    """Whole minutes, kept as seconds."""

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=MOST_MINUTES, **kwargs)

    def clean(self, value):
        """Seconds; nothing is 0."""
        return (super().clean(value) or 0) * 60

    def prepare_value(self, value):
        """Seconds of the record as minutes; what was typed stays as it is."""
        return value // 60 if isinstance(value, int) else value


def kinds() -> list[tuple[str, str]]:
    """Kinds of training to choose from."""
    return [("", "请选择"), *codes.choices("training_kind")]


def levels() -> list[tuple[str, str]]:
    """Rungs to choose from."""
    return [("", "不限"), *codes.choices("skill_level")]


class CourseForm(forms.Form):
    """The facts of a course."""

    union = forms.ModelChoiceField(label="主办工会", queryset=Union.objects.none())
    title = forms.CharField(label="课程名称", max_length=200)
    kind = forms.ChoiceField(label="培训类别", choices=kinds, initial="ONLINE")
    trade = forms.CharField(label="工种", max_length=100, required=False)
    level = forms.ChoiceField(label="技能等级", choices=levels, required=False)
    opens_on = DayField(label="开放日期")
    closes_on = DayField(label="截止日期", required=False, help_text="长期开放的留空")
    minimum_seconds = MinutesField(
        label="课程最短学习时间（分钟）", required=False, help_text="各章节时间之外的总要求；没有的填 0"
    )
    pass_mark = forms.IntegerField(label="及格分", min_value=0, max_value=100, initial=60)
    quiz_size = forms.IntegerField(
        label="每次抽题数", min_value=1, max_value=100, required=False, help_text="留空为全部题目"
    )
    attempts_allowed = forms.IntegerField(label="可答题次数", min_value=1, max_value=50, initial=5)
    is_open_below = forms.BooleanField(label="下级工会可以安排学习", required=False)
    intro = forms.CharField(
        label="课程简介", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions


class CourseEditForm(CourseForm):
    """The facts of a known course, with the state they were read in."""

    union = None
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, course: Course):
        names = [name for name in self.base_fields if name != "version"]
        initial = {name: getattr(course, name) for name in names} | {"version": version_of(course)}
        forms.Form.__init__(self, data, initial=initial)


class SectionForm(forms.Form):
    """One section; its file is uploaded on the page of the course."""

    title = forms.CharField(label="章节名称", max_length=200)
    minimum_seconds = MinutesField(
        label="最短学习时间（分钟）", required=False, help_text="职工停留不足的不算学完；填 0 的打开即可"
    )
    link = forms.URLField(
        label="外部视频链接",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="以 https:// 开头，在新窗口打开；与上传文件只能选一样",
    )
    text = forms.CharField(
        label="正文", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 14})
    )

    FACTS = ("title", "minimum_seconds", "link", "text")

    def __init__(self, data=None, *, section: CourseSection | None = None):
        super().__init__(
            data, initial={name: getattr(section, name) for name in self.FACTS} if section else {}
        )


class SectionFileForm(forms.Form):
    """One file of a section."""

    file = forms.FileField(
        label="文件",
        help_text="PDF、JPG、PNG（不超过 20 MB），或 MP4、WebM 视频",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.mp4,.webm"}),
    )


class QuestionForm(forms.Form):
    """One question with up to MOST_OPTIONS options."""

    kind = forms.ChoiceField(label="题型", choices=Question.Kind.choices)
    section = forms.ModelChoiceField(
        label="所属章节", queryset=CourseSection.objects.none(), required=False, empty_label="全课程"
    )
    text = forms.CharField(label="题目", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data=None, *, course: Course, question: Question | None = None):
        known = list(question.options.all()) if question else []
        initial = (
            {"kind": question.kind, "section": question.section_id, "text": question.text} if question else {}
        )
        for number, option in enumerate(known):
            initial |= {f"option_{number}": option.text, f"right_{number}": option.is_right}
        super().__init__(data, initial=initial)
        self.fields["section"].queryset = course.sections.all()
        for number in range(MOST_OPTIONS):
            letter = "ABCDEF"[number]
            self.fields[f"option_{number}"] = forms.CharField(
                label=f"选项 {letter}", max_length=200, required=False
            )
            self.fields[f"right_{number}"] = forms.BooleanField(label=f"{letter} 正确", required=False)

    def clean(self):
        """The options as (text, right), under ``options``."""
        found = super().clean()
        pairs = [
            (found.pop(f"option_{number}", ""), found.pop(f"right_{number}", False))
            for number in range(MOST_OPTIONS)
        ]
        return found | {"options": pairs}


class LinksForm(forms.Form):
    """Whose links to print."""

    NEW, RENEW = "new", "renew"
    union = forms.ModelChoiceField(
        label="工会（含下级）", queryset=Union.objects.none(), required=False, empty_label="全部"
    )
    mode = forms.ChoiceField(
        label="范围", choices=[(NEW, "还没有发放过的人"), (RENEW, "所有未完成的人（原链接作废）")]
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions
