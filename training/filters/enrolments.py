"""Filters of the list of people in classes."""

import django_filters as filters
from django.db.models import Q

from core.text import clean_text
from training.models import Enrolment
from workers.people_filters import PeopleFilter


class EnrolmentFilter(PeopleFilter):
    """Query string of the list of people in classes."""

    training_class = filters.CharFilter(label="班次编号或名称", method="of_class")
    state = filters.ChoiceFilter(label="报名状态", choices=Enrolment.State.choices, empty_label="全部")
    result = filters.ChoiceFilter(
        label="结论",
        choices=[*Enrolment.Result.choices, ("none", "没有结论")],
        method="by_result",
        empty_label="全部",
    )

    class Meta:
        model = Enrolment
        fields = ["find", "training_class", "state", "result", "union", "employer"]

    def of_class(self, queryset, name, value):
        """The class of this code, or those whose title holds the text."""
        text = clean_text(value)[:100]
        return queryset.filter(Q(training_class__code=text) | Q(training_class__title__icontains=text))

    def by_result(self, queryset, name, value):
        """One of the results, or those without any."""
        return queryset.filter(result="" if value == "none" else value)

    def below(self, queryset, name, value):
        """Rows of the union at enrolment or one below it."""
        return queryset.filter(union__path__startswith=value.path)
