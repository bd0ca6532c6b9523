"""Filters of the lists of online courses and of those who learn them."""

import django_filters as filters
from django import forms
from django.db.models import Q

from core.forms import LongSelect
from core.text import clean_text
from training.models import Course, Learner
from unions.filters import visible_unions
from workers.search import unseal

WAITING, UNBEGUN, LEARNING, STUCK, DONE = "unissued", "unbegun", "learning", "stuck", "done"
PLACES = {
    WAITING: "未发放链接",
    UNBEGUN: "未开始",
    LEARNING: "学习中",
    STUCK: "答题次数用完",
    DONE: "已完成",
}


def visible_courses(request):
    """The courses a filter may offer to this user."""
    return Course.objects.visible_to(request.user).order_by("-opens_on", "-pk")


class CourseFilter(filters.FilterSet):
    """Query string of the list of courses."""

    q = filters.CharFilter(
        label="课程名称 / 工种",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="主办工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    state = filters.ChoiceFilter(label="状态", choices=Course.State.choices, empty_label="全部")

    class Meta:
        model = Course
        fields = ["q", "union", "state"]

    def search(self, queryset, name, value):
        """Title or trade holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(title__icontains=text) | Q(trade__icontains=text))

    def below(self, queryset, name, value):
        """Courses of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)


class LearnerFilter(filters.FilterSet):
    """Query string of the progress of learners. A name that is looked for arrives sealed as ``find``."""

    find = filters.CharFilter(label="姓名", method="by_search", widget=forms.HiddenInput)
    course = filters.ModelChoiceFilter(
        label="课程", queryset=visible_courses, empty_label="全部", widget=LongSelect()
    )
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    place = filters.ChoiceFilter(
        label="进度", choices=list(PLACES.items()), method="by_place", empty_label="全部"
    )

    class Meta:
        model = Learner
        fields = ["find", "course", "union", "place"]

    @property
    def text(self) -> str:
        """What was looked for."""
        return unseal(self.data.get("find", ""))

    def by_search(self, queryset, name, value):
        """Part of a person's name; an unreadable seal finds nothing."""
        text = clean_text(unseal(value))
        return queryset.filter(worker__name__contains=text) if text else queryset.none()

    def below(self, queryset, name, value):
        """Learners of the union or one below it, by their union at enrolment."""
        return queryset.filter(union__path__startswith=value.path)

    def by_place(self, queryset, name, value):
        """How far they are."""
        if value == DONE:
            return queryset.completed()
        queryset = queryset.filter(completed_on=None)
        if value in (LEARNING, STUCK):
            return queryset.filter(began_at__isnull=False, is_stuck=value == STUCK)
        return queryset.filter(began_at=None, issued_at__isnull=value == WAITING)
