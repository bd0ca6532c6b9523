"""Forms that name people whose training the user keeps."""

from core.access import Permission
from workers.forms import named


class PeopleForm(named.PeopleForm):
    """See ``workers.forms.named``."""

    permission = Permission.EDIT_TRAINING
