"""What staff enter about a measure."""

from core.forms import DateInput, VersionedForm
from reform.models import Measure
from reform.services import EDITABLE


class MeasureForm(VersionedForm):
    """Lead unit, supporting units, target and deadline; nothing is required, empty reads 未填."""

    class Meta:
        model = Measure
        fields = EDITABLE
        widgets = {"deadline": DateInput}
        help_texts = {
            "support_units": "多个单位用顿号分开",
            "target": "可衡量的目标，例如“年底前建会率达到 95%”；方案本身没有量化目标，由工作部门填写",
        }
