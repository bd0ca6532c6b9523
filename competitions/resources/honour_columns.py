"""The columns by which a row says what was conferred, in the sheets of people and of collectives alike."""

from competitions.rules.honours import CLEANERS, clean_issuer
from core.exchange import Column
from core.widgets import CleanedWidget, CodeWidget, CountWidget, DayWidget

DAY = "格式：yyyy/MM/dd"

TYPE = Column(
    *("type", "荣誉种类", CodeWidget("honour_type")),
    headings=("荣誉类别", "称号种类", "荣誉"),
    required=True,
    uniform=True,
    blank="error",
    width=20,
)
LEVEL = Column(
    *("level", "级别", CodeWidget("base_level")),
    headings=("荣誉级别", "授予级别"),
    required=True,
    uniform=True,
    blank="error",
)
TITLE = Column(
    *("title", "荣誉名称", CleanedWidget(CLEANERS["title"])),
    headings=("称号名称",),
    hint="空着的按荣誉种类的名称",
    width=26,
)
ISSUER = Column(
    *("issuer", "授予单位", CleanedWidget(clean_issuer)),
    headings=("授予机关", "颁发单位", "命名单位"),
    required=True,
    uniform=True,
    blank="error",
    width=24,
)
BATCH = Column("batch", "批次", CleanedWidget(CLEANERS["batch"]), uniform=True)
YEAR = Column("year", "年度", CountWidget(), headings=("年份",), hint="空着的按授予日期", width=8)
DOCUMENT = Column(
    *("document_number", "文件号", CleanedWidget(CLEANERS["document_number"])),
    headings=("文号", "表彰文号"),
    uniform=True,
    width=24,
)
AWARDED_ON = Column(
    *("awarded_on", "授予日期", DayWidget()),
    headings=("表彰日期", "授予时间", "获得日期"),
    required=True,
    uniform=True,
    blank="error",
    hint=DAY,
)
VALID_UNTIL = Column("valid_until", "有效期至", DayWidget(), uniform=True, hint=f"{DAY}，长期的空着")
RECHECK_ON = Column("recheck_on", "复核期限", DayWidget(), uniform=True, hint=DAY)
