"""关键岗位 as a list: one row is one post, with those who hold it today and what they lack."""

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.key_posts import KeyPostFilter
from training.queries.key_posts import Names, held_by, lacks, posts_of, requirement_of, standing_of


def _grouped(told: list[tuple[str, str]]) -> list[str]:
    """``甲、乙：无有效证书``: who is told the same stands together, in the order of the seats."""
    people: dict[str, list[str]] = {}
    for name, text in told:
        people.setdefault(text, []).append(name)
    return [f"{'、'.join(names)}：{text}" for text, names in people.items() if text]


def _holders(row, names) -> str:
    looked = names["looked"]
    return "；".join(
        _grouped([(holding.worker.name, held_by(holding, row, looked)) for holding in row.holders_today])
    )


def _lacking(row, names) -> str:
    looked = names["looked"]
    told = [(holding.worker.name, lacks(holding, row, looked)) for holding in row.holders_today]
    empty = 0 if row.end else row.seats - row.held
    return "；".join([f"空缺 {empty} 个席位"] * (empty > 0) + _grouped(told))


class KeyPostListing(FilterListing):
    """关键岗位."""

    name = "key_posts"
    title = "关键岗位"
    url_name = "training:key_post_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(KeyPostFilter.Meta.fields)
    filter_class = KeyPostFilter
    order = ("union__path", "title", "pk")
    whole = "在用的岗位"
    holds_people = True
    numbers = ("seats", "held", "unmet")
    columns = (
        Column("title", "岗位名称", AsRead("title"), width=24),
        Column("workshop", "车间（工序）", AsRead("workshop"), width=18),
        Column("union", "工会", AsRead("union__name"), width=34, shown=False),
        Column("employer", "用人单位", AsRead("employer__name"), width=34),
        Column("requirement", "要求", lambda row, names: requirement_of(row, names["looked"]), width=30),
        Column("seats", "席位", AsRead("seats"), width=8),
        Column("holders", "在岗人员及其证书", _holders, width=44, personal=True),
        Column("lacking", "缺什么", _lacking, width=44, personal=True),
        Column("standing", "情况", lambda row, names: standing_of(row), width=12),
        Column("is_key", "关键岗位", lambda row, names: "是" if row.is_key else "否", width=10, shown=False),
        Column(
            "needs_certificate",
            "须持证上岗",
            lambda row, names: "是" if row.needs_certificate else "否",
            shown=False,
        ),
        Column("trade", "工种", AsRead("trade"), width=16, shown=False),
        Column("held", "在岗人数", AsRead("held"), width=10, shown=False),
        Column("unmet", "未达要求人数", AsRead("unmet"), width=14, shown=False),
        Column("start", "设岗日期", AsRead("start"), shown=False),
        Column("end", "撤岗日期", AsRead("end"), shown=False),
    )

    def everything(self, user, query):
        """Posts of the unions in reach."""
        return posts_of(user)

    def names(self):
        """Names of levels and permits, as of today."""
        return {"looked": Names.load()}
