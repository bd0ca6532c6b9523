"""Forms about the groups of personal data."""

from django import forms

from core.data_groups import FIELDS
from core.forms import version_of
from core.models import DataGroup


class DataGroupForm(forms.ModelForm):
    """What is on record about a group; the service stores it."""

    version = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = DataGroup
        fields = FIELDS
        help_texts = {
            "retention_months": "尚未定的留空；到期的记录由专人办理匿名化，不会自动删除",
            "retained_from": "例如“会籍和就业全部终止之日”",
            "is_sensitive": "敏感个人信息须单独同意（个人信息保护法第二十九条）",
        }

    def __init__(self, data=None, *, group: DataGroup):
        super().__init__(data, instance=group, initial={"version": version_of(group)})

    def _post_clean(self):
        """The service builds and checks the row; the instance shown on the page stays as stored."""
