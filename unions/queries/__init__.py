"""Reads over several models of the tree, firms and posts."""

from unions.queries.firms import count_people, covered_firms, employer_code_names, employers_seen_by
from unions.queries.reminders import (
    DueCounts,
    due_counts,
    posts_in,
    posts_seen_by,
    reminder_days,
    soon_after,
    things_due,
    warnings_about,
    within_state,
)
from unions.queries.trees import (
    Figures,
    Node,
    destinations,
    figures_of,
    parents_of,
    standings_in,
    total_of,
    union_tree,
)

__all__ = [
    "DueCounts",
    "Figures",
    "Node",
    "count_people",
    "covered_firms",
    "destinations",
    "due_counts",
    "employer_code_names",
    "employers_seen_by",
    "figures_of",
    "parents_of",
    "posts_in",
    "posts_seen_by",
    "reminder_days",
    "soon_after",
    "standings_in",
    "things_due",
    "total_of",
    "union_tree",
    "warnings_about",
    "within_state",
]
