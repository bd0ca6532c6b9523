"""Password rules whose texts Django's Chinese catalogue lacks."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class ChineseMinimumLengthValidator(MinimumLengthValidator):
    """Django's length rule; its error message has no Chinese translation in 5.2."""

    def get_error_message(self):
        """What is wrong and how to mend it."""
        return f"密码太短，至少需要 {self.min_length} 个字符。"

    def get_help_text(self):
        """The rule, shown below the password box."""
        return f"密码至少需要 {self.min_length} 个字符。"
