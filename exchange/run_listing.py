"""表格导入 as a list: the runs with what became of their rows."""

from core.access import Permission
from core.exchange import kinds
from core.lines import AsRead
from core.listing import Column, FilterListing, to_the_minute
from exchange.filters import RunFilter
from exchange.models import ImportRun


def _applied(run, names) -> int | None:
    return run.applied if run.applied_at else None


def _count(name: str, title: str) -> Column:
    return Column(name, title, AsRead(name), width=10)


class RunListing(FilterListing):
    """导入批次."""

    name = "runs"
    title = "导入批次"
    url_name = "exchange:run_list"
    permission = Permission.IMPORT_FILES
    parameters = tuple(RunFilter.Meta.fields)
    filter_class = RunFilter
    order = ("-pk",)
    unsaid = ("q",)
    whole = "全部导入批次"
    numbers = ("rows", "new", "changed", "unchanged", "skipped", "failed", "applied")
    columns = (
        Column("file", "文件", AsRead("file_name"), width=34),
        Column("kind", "种类", lambda run, names: names["kinds"].get(run.kind, run.kind), width=16),
        Column("union", "工会", lambda run, names: run.union.name if run.union else "全镇", width=34),
        Column("state", "状态", lambda run, names: run.get_state_display()),
        _count("rows", "总行数"),
        _count("new", "新增"),
        _count("changed", "变更"),
        _count("unchanged", "无变化"),
        _count("skipped", "跳过"),
        _count("failed", "有问题"),
        Column("applied", "已写入", _applied, width=10),
        Column("by", "上传人", lambda run, names: str(run.created_by), width=16),
        Column("created_at", "上传时间", lambda run, names: to_the_minute(run.created_at), width=18),
        Column("rule", "遇到已有记录", lambda run, names: run.get_rule_display(), width=18, shown=False),
        Column(
            "applied_at", "导入时间", lambda run, names: to_the_minute(run.applied_at), width=18, shown=False
        ),
        Column(
            "undone_at", "撤销时间", lambda run, names: to_the_minute(run.undone_at), width=18, shown=False
        ),
    )

    def everything(self, user, query):
        """Runs of the unions for which the user may import."""
        return ImportRun.objects.visible_to(user).select_related("union", "created_by")

    def names(self):
        """Titles of the kinds."""
        return {"kinds": {name: kind.title for name, kind in kinds().items()}}
