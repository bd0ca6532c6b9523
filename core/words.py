"""What Django's own checks of a field say, in the words of a clerk: its translation speaks of variables."""

from django.core.validators import DecimalValidator, MaxLengthValidator, MaxValueValidator, MinValueValidator


def speak_plainly() -> None:
    """Put the house's sentences in the place of Django's, for every form; called once when the apps are ready."""
    MaxLengthValidator.message = "最多 %(limit_value)d 个字，现有 %(show_value)d 个字，请缩短。"
    MaxValueValidator.message = "不能大于 %(limit_value)s。"
    MinValueValidator.message = "不能小于 %(limit_value)s。"
    DecimalValidator.messages = {
        "invalid": "请填写数字。",
        "max_digits": "数字太长，最多 %(max)s 位（含小数）。",
        "max_decimal_places": "最多 %(max)s 位小数。",
        "max_whole_digits": "数字太大，小数点前最多 %(max)s 位。",
    }
