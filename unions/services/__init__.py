"""Changes to the union tree, firms and posts. Each is atomic, audited, and gated by the user's reach."""

from unions.services.employers import (
    cover_employer,
    create_employer,
    declare_headcount,
    edit_employer,
    end_coverage,
)
from unions.services.founding import found_office
from unions.services.merging import close_into
from unions.services.posts import appoint, end_post, invite_officer
from unions.services.saved import delete_view, edit_view, overwrite_view, save_view
from unions.services.structure import (
    create_union,
    dissolve_union,
    edit_union,
    found_town,
    move_union,
)
from unions.services.terms import add_registration, add_term

__all__ = [
    "add_registration",
    "add_term",
    "appoint",
    "close_into",
    "cover_employer",
    "create_employer",
    "create_union",
    "declare_headcount",
    "delete_view",
    "dissolve_union",
    "edit_employer",
    "edit_union",
    "edit_view",
    "end_coverage",
    "end_post",
    "found_office",
    "found_town",
    "invite_officer",
    "move_union",
    "overwrite_view",
    "save_view",
]
