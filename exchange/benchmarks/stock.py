"""The roll's workbook through stock django-import-export: what an import costs that is written the usual way.

Both resources fill the four tables of the roll with the rows that ours fills, and do less: no check of the
identity numbers, no comparison with the roll, no preview, no undo, one pass instead of two.
"""

import time

from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.widgets import CachedForeignKeyWidget, DateWidget, ForeignKeyWidget

from core import crypto
from core.errors import RuleError
from core.idnumbers import CITIZEN, identity_key
from core.widgets import CodeWidget, YesNoWidget
from exchange.benchmarks.raw import empty_roll
from unions.models import Employer, Union
from workers.models import Change, Employment, IdentityDocument, Membership, Worker
from workers.naming import search_keys

DAY = DateWidget("%Y/%m/%d")
COLUMNS = (
    *(
        "id",
        "name",
        "sex",
        "birth_date",
        "ethnicity",
        "employment_status",
        "education",
        "skill_level",
        "phone",
    ),
    *("household_type", "household_place", "political", "native_place", "is_migrant", "employer", "union"),
)


class StockResource(ModelResource):
    """Default settings: a look-up for each foreign key, a diff, a savepoint and a save for each row."""

    name = Field("name", "姓名")
    sex = Field("sex", "性别", widget=CodeWidget("sex"))
    birth_date = Field("birth_date", "出生日期", widget=DAY)
    ethnicity = Field("ethnicity", "民族", widget=CodeWidget("ethnicity"))
    employment_status = Field("employment_status", "就业状况", widget=CodeWidget("employment_status"))
    education = Field("education", "学历", widget=CodeWidget("education"))
    skill_level = Field("skill_level", "技术等级", default="")
    phone = Field("phone", "移动电话")
    household_type = Field("household_type", "户籍类型", widget=CodeWidget("household_type"))
    household_place = Field("household_place", "户籍所在地")
    political = Field("political", "政治面貌", widget=CodeWidget("political_affiliation"))
    native_place = Field("native_place", "籍贯")
    is_migrant = Field("is_migrant", "是否农民工会员", widget=YesNoWidget())
    employer = Field("employer", "工作单位", widget=ForeignKeyWidget(Employer, "name"))
    union = Field("union", "工作单位", widget=ForeignKeyWidget(Union, "employers__name"))

    class Meta:
        model = Worker
        fields = COLUMNS

    def before_save_instance(self, instance, row, **kwargs):
        """What the table holds besides the columns of the form."""
        for column, value in search_keys(instance.name).items():
            setattr(instance, column, value)
        instance.phone_index = crypto.blind_index(instance.phone, purpose="phone")
        instance.phone_tail = instance.phone[-4:]
        instance.standing, instance.member_since = "member", DAY.clean(row["会籍变化日期"])

    def after_save_instance(self, instance, row, **kwargs):
        """The document, the job and the membership that one line of the form means."""
        for made in _dated_rows(instance, row):
            made.save()


class BulkResource(StockResource):
    """The fastest stock settings: inserts only, in bulk, without diffs, with each firm looked up once."""

    employer = Field("employer", "工作单位", widget=CachedForeignKeyWidget(Employer, "name"))
    union = Field("union", "工作单位", widget=CachedForeignKeyWidget(Union, "employers__name"))

    class Meta:
        model = Worker
        fields = COLUMNS
        use_bulk = True
        batch_size = 2_000
        skip_diff = True
        force_init_instance = True

    def after_save_instance(self, instance, row, **kwargs):
        """Bulk resources call this before anything is stored: the line is kept for its dated rows."""
        instance.line = row

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """The batch, then its documents, jobs and memberships, each kind in bulk."""
        people = list(self.create_instances)
        super().bulk_create(using_transactions, dry_run, raise_errors, batch_size, result)
        for model, made in zip(
            (IdentityDocument, Employment, Membership),
            zip(*(_dated_rows(person, person.line) for person in people), strict=True),
            strict=False,
        ):
            model.objects.bulk_create(made)


def _dated_rows(worker: Worker, row: dict) -> tuple[IdentityDocument, Employment, Membership]:
    number, since = row["证件号码"], worker.member_since
    index = crypto.blind_index(identity_key(CITIZEN, number), purpose="identity")
    document = IdentityDocument(
        worker=worker, doc_type=CITIZEN, number=number, number_index=index, number_tail=number[-4:]
    )
    job = Employment(worker=worker, employer_id=worker.employer_id)
    spell = Membership(
        worker=worker, union_id=worker.union_id, start=since, start_change=Change.JOIN, start_reason=""
    )
    return document, job, spell


def seconds_of(resource: type[ModelResource], content: bytes, rows: int) -> float:
    """Read the workbook as the admin of django-import-export does and import it into an empty roll.

    Raises RuleError when not every row arrives.
    """
    empty_roll()
    start = time.perf_counter()
    result = resource().import_data(XLSX().create_dataset(content), raise_errors=True)
    seconds = time.perf_counter() - start
    counts = [model.objects.count() for model in (Worker, IdentityDocument, Employment, Membership)]
    if result.has_errors() or counts != [rows] * 4:
        raise RuleError(f"{resource.__name__} wrote {counts} rows of {rows}")
    return seconds
