"""Forms of unions, firms and posts. Rules live in the services; a form only reads and offers."""

from core.forms import attempt, show_refusal
from unions.forms.base import CHOOSE, code_field, only_one
from unions.forms.employers import CoverForm, EmployerForm, EndCoverageForm, HeadcountForm, JoinForm
from unions.forms.posts import EndPostForm, InvitationForm, PostForm, SavedViewForm
from unions.forms.unions import AsAtForm, DissolveForm, MoveForm, RegistrationForm, TermForm, UnionForm

__all__ = [
    "CHOOSE",
    "AsAtForm",
    "CoverForm",
    "DissolveForm",
    "EmployerForm",
    "EndCoverageForm",
    "EndPostForm",
    "HeadcountForm",
    "InvitationForm",
    "JoinForm",
    "MoveForm",
    "PostForm",
    "RegistrationForm",
    "SavedViewForm",
    "TermForm",
    "UnionForm",
    "attempt",
    "code_field",
    "only_one",
    "show_refusal",
]
