"""批量修改 as a list: what a user has set on many people at once."""

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, Listing, to_the_minute
from workers.facts import FACTS
from workers.models import BulkEdit


class BulkEditListing(Listing):
    """The user's own bulk edits."""

    name = "bulk_edits"
    title = "批量修改"
    url_name = "workers:bulk_edit_list"
    permission = Permission.EDIT_ROLL
    columns = (
        Column("number", "编号", AsRead("pk"), width=8),
        Column("fact", "项目", lambda edit, names: FACTS[edit.field].title, width=16),
        Column("selection", "范围", AsRead("selection"), width=44),
        Column("state", "状态", lambda edit, names: edit.get_state_display()),
        Column("written", "已写入", AsRead("written"), width=10),
        Column("left_out", "未写入", AsRead("left_out"), width=10),
        Column("reverted", "已恢复", AsRead("reverted"), width=10),
        Column("created_at", "提交时间", lambda edit, names: to_the_minute(edit.created_at), width=18),
        Column("applied_at", "写入时间", lambda edit, names: to_the_minute(edit.applied_at), width=18),
    )

    def filtered(self, user, query):
        """All of them, newest first."""
        return BulkEdit.objects.visible_to(user).with_counts().order_by("-pk")

    def in_words(self, user, query):
        """Whose they are."""
        return [("范围", "本人做的批量修改")]
