"""技能证书 as a list: the rows of its page and every column it can show or export."""

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.certificates import CertificateFilter
from training.models import Certificate
from training.rules.certificates import doubts_of

# Where to change what a file that comes back may not change.
ON_PAGE = "请在证书页面办理。"
ON_PERSON_PAGE = "请在职工页面办理。"
COMPUTED = "这一列由系统得出，不能修改。"


def _doubts(row, names) -> str:
    return " ".join(doubts_of(row, names["skill_level"]))


def _level(row, names) -> str:
    return names["skill_level"].get(row.level, row.level)


def _kind(row, names) -> str:
    return Certificate.Kind(row.kind).label


def _state(row, names) -> str:
    return Certificate.State(row.state).label


class CertificateListing(FilterListing):
    """技能证书 of people in reach, the latest first; those of anonymised people are left out, as on the roll."""

    name = "certificates"
    title = "技能证书"
    url_name = "training:certificate_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(CertificateFilter.Meta.fields)
    filter_class = CertificateFilter
    order = ("-issued_on", "-pk")
    unsaid = ("find",)
    whole = "全部技能证书"
    holds_people = True
    kind = "certificates"
    columns = (
        Column("name", "姓名", AsRead("worker__name"), reads=("worker__name",), personal=True, attribute="name",
               fixed=ON_PERSON_PAGE),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",),
               fixed=ON_PERSON_PAGE),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",), fixed=ON_PERSON_PAGE),
        Column("kind", "证书种类", _kind, width=18, reads=("kind",), attribute="kind", fixed=ON_PAGE),
        Column("trade", "工种", AsRead("trade"), width=16, reads=("trade",), attribute="trade"),
        Column("level", "等级", _level, width=14, reads=("level",), attribute="level"),
        Column("number", "证书编号", AsRead("number"), width=26, number_text=True, reads=("number",),
               attribute="certificate", fixed=ON_PAGE),
        Column("issuer", "发证机构", AsRead("issuer"), width=30, shown=False, reads=("issuer",),
               attribute="issuer"),
        Column("issued_on", "发证日期", AsRead("issued_on"), reads=("issued_on",), attribute="issued_on"),
        Column("valid_until", "有效期至", AsRead("valid_until"), reads=("valid_until",), attribute="valid_until"),
        Column("state", "状态", _state, width=10, reads=("state",), fixed=ON_PAGE),
        Column("doubts", "编号提示", _doubts, width=50, shown=False,
               reads=("kind", "number", "level", "issued_on"), fixed=COMPUTED),
        Column("revoked_on", "失效日期", AsRead("revoked_on"), shown=False, reads=("revoked_on",), fixed=ON_PAGE),
        Column("note", "核验说明", AsRead("decision_note"), width=30, shown=False, reads=("decision_note",),
               fixed=ON_PAGE),
    )  # fmt: skip

    def everything(self, user, query):
        """Certificates with person, union and firm."""
        return certificates_of(user)

    def present(self, user, keys):
        """The certificates as the list shows them now."""
        return certificates_of(user).filter(pk__in=list(keys))

    def names(self):
        """Names of the levels."""
        return {"skill_level": codes.names("skill_level")}


def certificates_of(user):
    """Certificates in the user's reach, with person, union and firm."""
    found = Certificate.objects.visible_to(user).filter(worker__anonymised_on=None)
    return found.select_related("worker__union", "worker__employer").defer(
        "worker__phone", "worker__phone_index"
    )
