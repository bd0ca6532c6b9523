"""How large an upload a view takes; ``exchange.uploads`` stops larger ones before any byte is kept."""

from collections.abc import Callable

from django.conf import settings

MARK = "portal.upload_too_large"  # in a request's META: how many bytes were announced
SETTING = "largest_upload_setting"


def takes_files(setting: str) -> Callable:
    """Mark a view whose uploads may have as many bytes as this setting says, instead of UPLOAD_MAX_BYTES."""

    def mark(view):
        setattr(view, SETTING, setting)
        return view

    return mark


def largest_upload(request) -> int:
    """Bytes that the view of this request takes. The request must have been resolved to its view."""
    view = getattr(request.resolver_match, "func", None)
    return getattr(settings, getattr(view, SETTING, "UPLOAD_MAX_BYTES"))


def refused_upload(request) -> str:
    """What to say of an upload that was stopped for its size; empty when none was."""
    announced = request.META.get(MARK, 0)
    if not announced:
        return ""
    most = largest_upload(request) // 1024**2
    return f"文件有 {announced / 1024**2:.1f} MB，超过 {most} MB，没有上传。请压缩后再传，或改用外部链接。"
