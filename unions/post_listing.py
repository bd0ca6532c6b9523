"""任职与邀请 as a list: officers and their terms."""

from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from unions import queries
from unions.filters import PostFilter


class PostListing(FilterListing):
    """任职与邀请."""

    name = "posts"
    title = "任职"
    url_name = "unions:post_list"
    permission = Permission.MANAGE_POSTS
    parameters = tuple(PostFilter.Meta.fields)
    filter_class = PostFilter
    order = ("-start", "pk")
    unsaid = ("q",)
    columns = (
        Column("name", "姓名", AsRead("user__name")),
        Column("username", "用户名", AsRead("user__username"), width=16, number_text=True),
        Column("union", "工会", AsRead("union__name"), width=34),
        Column("role", "角色", lambda post, names: post.get_role_display(), width=20),
        Column("start", "任职起", AsRead("start")),
        Column("end", "任职止", AsRead("end")),
        Column("stage", "状态", lambda post, names: post.stage_name),
    )

    def everything(self, user, query):
        """Posts in the unions whose posts the user manages."""
        return queries.posts_seen_by(user)
