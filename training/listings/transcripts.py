"""技能档案 as a list of people, and as one PDF a person in an archive (training.transcripts)."""

import django_filters as filters
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse_lazy
from django.utils import timezone

from core.access import Permission
from core.forms import LongSelect, RemoteSelect
from core.lines import AsRead
from core.listing import PAPERS, Column, FilterListing
from training import transcripts
from training.filters.safety import visible_employers
from training.models import Certificate, Enrolment, Learner, OutsideLearning, Title
from unions.filters import visible_unions
from unions.scoping import unions_under
from workers.models import Worker

SOME, ALL = "some", "all"
MOST = 3_000  # about a quarter of an hour of drawing


def counted(rows):
    """How many of these rows the person of the outer query has."""
    found = rows.filter(worker=OuterRef("pk")).order_by().values("worker").annotate(found=Count("pk"))
    return Coalesce(Subquery(found.values("found")), 0)


class TranscriptFilter(filters.FilterSet):
    """Query string of the list."""

    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    employer = filters.ModelChoiceFilter(
        label="工作单位",
        queryset=visible_employers,
        empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )
    content = filters.ChoiceFilter(
        label="内容",
        method="by_content",
        choices=[(ALL, "全部在册人员")],
        empty_label="有证书、职称、培训或学习的",
    )

    class Meta:
        model = Worker
        fields = ["union", "employer", "content"]

    def filter_queryset(self, queryset):
        """People whose transcript says something, unless everybody is asked for."""
        if not self.form.cleaned_data.get("content"):
            today = timezone.localdate()
            of_person = {"worker": OuterRef("pk")}
            queryset = queryset.filter(
                Exists(Certificate.objects.valid_on(today).filter(**of_person))
                | Exists(Title.objects.held_on(today).filter(**of_person))
                | Exists(Enrolment.objects.filter(**of_person).exclude(completed_on=None))
                | Exists(OutsideLearning.objects.counting().filter(**of_person))
                | Exists(Learner.objects.completed().filter(**of_person))
            )
        return super().filter_queryset(queryset)

    def below(self, queryset, name, value):
        """People of the union or one below it."""
        return queryset.filter(union__in=unions_under([value.path]))

    def by_content(self, queryset, name, value):
        """Everybody; see ``filter_queryset``."""
        return queryset


class TranscriptListing(FilterListing):
    """技能档案 of people on the roll in reach."""

    name = "transcripts"
    title = "技能档案"
    url_name = "training:transcript_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(TranscriptFilter.Meta.fields)
    filter_class = TranscriptFilter
    order = ("pk",)
    whole = "有证书、职称、培训或学习的在册人员"
    holds_people = True
    layouts = {PAPERS: "transcript_papers"}
    numbers = ("certificates", "titles", "classes", "outside", "courses")
    columns = (
        Column("name", "姓名", AsRead("name"), personal=True, reads=("name",)),
        Column("union", "所属工会", AsRead("union__name"), width=34, reads=("union__name",)),
        Column("employer", "工作单位", AsRead("employer__name"), width=34, reads=("employer__name",)),
        Column(
            "certificates", "有效证书", AsRead("certificates_held"), width=10, reads=("certificates_held",)
        ),
        Column("titles", "职称", AsRead("titles_held"), width=10, reads=("titles_held",)),
        Column("classes", "结业培训", AsRead("classes_done"), width=10, reads=("classes_done",)),
        Column("outside", "校外学习", AsRead("outside_done"), width=10, reads=("outside_done",)),
        Column("courses", "网上课程", AsRead("courses_done"), width=10, reads=("courses_done",)),
    )

    def everything(self, user, query):
        """People with what their transcripts count."""
        today = timezone.localdate()
        people = Worker.objects.within_reach(user, Permission.VIEW_TRAINING).on_roll()
        people = people.filter(anonymised_on=None).select_related("union", "employer")
        return people.defer("phone", "phone_index").annotate(
            certificates_held=counted(Certificate.objects.valid_on(today)),
            titles_held=counted(Title.objects.held_on(today)),
            classes_done=counted(Enrolment.objects.exclude(completed_on=None)),
            outside_done=counted(OutsideLearning.objects.counting()),
            courses_done=counted(Learner.objects.completed()),
        )


class TranscriptPapers(TranscriptListing):
    """The transcript of each of these people as PDF."""

    name = "transcript_papers"
    title = "技能档案（PDF）"
    layout = PAPERS
    layouts: dict[str, str] = {}
    columns = ()
    most_rows = MOST

    def paper(self, row):
        """The transcript as it is now."""
        return transcripts.draw(row)

    def paper_name(self, row):
        """Key of the register and name; no number of the person."""
        return f"{row.pk:07d}-{row.name}"
