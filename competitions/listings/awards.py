"""Awards as a list, one row a person, and as one certificate a person in an archive (competitions.award_papers); and
the awards that were revoked."""

from django.db.models import Value
from django.db.models.functions import Coalesce

from competitions import award_papers
from competitions.filters.follow import AwardFilter, RevokedAwardFilter
from competitions.models import Award
from competitions.queries.follow import awarded
from core.access import Permission
from core.lines import AsRead
from core.listing import PAPERS, Column, FilterListing

MOST = 2_000  # a few minutes of drawing


class AwardListing(FilterListing):
    """获奖人员."""

    name = "awards"
    title = "获奖人员"
    url_name = "competitions:award_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(AwardFilter.Meta.fields)
    filter_class = AwardFilter
    order = ("-entry__award__awarded_on", "event", "entry__award__code", "pk")
    whole = "全部获奖人员"
    holds_people = True
    layouts = {PAPERS: "award_papers"}
    numbers = ("rank",)
    columns = (
        Column("name", "姓名", AsRead("worker__name"), personal=True, reads=("worker__name",)),
        Column("prize", "奖项", AsRead("entry__award__prize__title"), width=14,
               reads=("entry__award__prize__title",)),
        Column("rank", "名次", AsRead("entry__result__rank"), width=6, reads=("entry__result__rank",)),
        Column("contest", "竞赛名称", AsRead("event__contest__title"), width=34, reads=("event__contest__title",)),
        Column("event", "比赛项目", AsRead("event__title"), width=18, reads=("event__title",)),
        Column("team", "队名", AsRead("entry__team_name"), width=16, reads=("entry__team_name",)),
        Column("union", "参赛工会", AsRead("entry__union__name"), width=34, reads=("entry__union__name",)),
        Column("code", "获奖编号", AsRead("entry__award__code"), width=20, reads=("entry__award__code",)),
        Column("awarded_on", "颁发日期", AsRead("entry__award__awarded_on"), reads=("entry__award__awarded_on",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",)),
    )  # fmt: skip

    def everything(self, user, query):
        """People with an award in entries in reach."""
        return awarded(user)


class AwardPapers(AwardListing):
    """The certificate of each of these people as PDF."""

    name = "award_papers"
    title = "获奖证书（PDF）"
    layout = PAPERS
    layouts: dict[str, str] = {}
    columns = ()
    most_rows = MOST

    def paper(self, row):
        """The certificate as it is now."""
        return award_papers.draw(row)

    def paper_name(self, row):
        """Number of the award, key in the entry, and name; no number of the person."""
        return f"{row.entry.award.code}-{row.pk}-{row.worker.name}"


class RevokedAwardListing(FilterListing):
    """已撤销的获奖: number, when and why. Names of people are not told: the entry says whose it was."""

    name = "revoked_awards"
    title = "已撤销的获奖"
    url_name = "competitions:revoked_award_list"
    permission = Permission.VIEW_CONTESTS
    parameters = tuple(RevokedAwardFilter.Meta.fields)
    filter_class = RevokedAwardFilter
    order = ("-revoked_on", "code", "pk")
    whole = "全部已撤销的获奖"
    columns = (
        Column("code", "获奖编号", AsRead("code"), width=20),
        Column("prize", "奖项", AsRead("prize__title"), width=14),
        Column("contest", "竞赛名称", AsRead("event__contest__title"), width=34),
        Column("event", "比赛项目", AsRead("event__title"), width=18),
        Column("start_number", "参赛号", AsRead("revoked_from__start_number"), width=8, shown=False),
        Column("union", "参赛工会", AsRead("revoked_from__union__name"), width=34),
        Column("awarded_on", "颁发日期", AsRead("awarded_on"), shown=False),
        Column("revoked_on", "撤销日期", AsRead("revoked_on")),
        Column("revoke_reason", "撤销原因", AsRead("revoke_reason"), width=30),
        Column("revoked_by", "撤销人", AsRead("revoked_by__name"), width=12),
        Column("again", "重新颁发", lambda row, names: row.given_again, width=20, number_text=True),
    )

    def everything(self, user, query):
        """Revoked awards in reach; ``given_again``: the number of the award in its place, or nothing."""
        rows = Award.objects.visible_to(user).revoked()
        rows = rows.select_related("prize", "event__contest", "revoked_from__union", "revoked_by")
        return rows.annotate(given_again=Coalesce("revoked_from__award__code", Value("")))
