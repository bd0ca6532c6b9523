"""The columns by which a row of any kind says whom it means: name, type and number of the document (domain facts 2.2)."""

from core.exchange import Column
from core.text import clean_name, mask_number
from core.widgets import CleanedWidget, CodeWidget
from workers.headings import KNOWN_AS
from workers.widgets import as_found, is_citizen_number

FULL_NAME = Column(
    "name",
    "姓名",
    CleanedWidget(clean_name),
    headings=KNOWN_AS["name"],
    required=True,
    blank="error",
    width=10,
)
DOC_TYPE = Column("doc_type", "有效证件类别", CodeWidget("id_document_type"), headings=KNOWN_AS["doc_type"])
NUMBER = Column(
    "number",
    "证件号码",
    CleanedWidget(as_found),
    headings=KNOWN_AS["number"],
    required=True,
    blank="error",
    mask=mask_number,
    number_text=True,
    hint="填写18位身份证",
    width=22,
    looks_like=is_citizen_number,
)
