"""Model fields of our own."""

from django.db import models

from core import crypto


class EncryptedTextField(models.BinaryField):
    """Text that is sealed in the database; a ``str`` in Python. Cannot be searched: add a blind index."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        """The place the blob is bound to."""
        return f"{self.model._meta.db_table}:{self.column}"

    def get_internal_type(self):
        return "BinaryField"

    def from_db_value(self, value, expression, connection):
        return None if value is None else crypto.decrypt(value, context=self.context)

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None or isinstance(value, bytes | memoryview):
            return super().get_db_prep_value(value, connection, prepared)
        return super().get_db_prep_value(crypto.encrypt(value, context=self.context), connection, prepared)

    def to_python(self, value):
        return value

    def value_to_string(self, obj):
        """Serialisers (dumpdata) get nothing: personal data leaves through exports that are logged."""
        return ""
