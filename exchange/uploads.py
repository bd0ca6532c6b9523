"""Uploads that are refused by their announced size, before any byte of the file is kept."""

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from core.uploads import MARK, largest_upload

FORM_BYTES = 64 * 1024  # the other fields and the envelope


class QuotaUploadHandler(FileUploadHandler):
    """Stops a request whose body is larger than its view takes (UPLOAD_MAX_BYTES unless it says otherwise); the rest is read away and dropped.

    Fields that stand before the file (the CSRF token) are kept, so the view can answer with a sentence.
    """

    def handle_raw_input(self, input_data, meta, content_length, boundary, encoding=None):
        """Remember how much was announced."""
        self.announced = content_length or 0

    def new_file(self, *args, **kwargs):
        """Refuse the file when the announced size cannot fit."""
        super().new_file(*args, **kwargs)
        if self.announced > largest_upload(self.request) + FORM_BYTES:
            self.request.META[MARK] = self.announced
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data, start):
        """Pass the data on to the next handler."""
        return raw_data

    def file_complete(self, file_size):
        """The next handler keeps the file."""
        return
