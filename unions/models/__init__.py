"""The union tree, employers, terms of committees, posts, and saved views of lists."""

from unions.models.employers import Coverage, Employer, Headcount
from unions.models.organisation import COMMITTEES, FEDERATIONS, LegalRegistration, OrgType, Term, Union
from unions.models.placements import Placement
from unions.models.posts import Post, SavedView
from unions.models.profiles import UnionProfile

__all__ = [
    "COMMITTEES",
    "FEDERATIONS",
    "Coverage",
    "Employer",
    "Headcount",
    "LegalRegistration",
    "OrgType",
    "Placement",
    "Post",
    "SavedView",
    "Term",
    "Union",
    "UnionProfile",
]
