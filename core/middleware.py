"""Requests that PostgreSQL could not store are answered before they reach a view."""

from django.http import HttpResponseBadRequest

REFUSED = "请求中含有无法保存的控制字符，请检查后重新提交。"


def refuse_unstorable_text(get_response):
    """Answer 400 to NUL characters and lone surrogates in the path or query string."""

    def middleware(request):
        query = request.GET
        texts = [request.path_info, *query.keys(), *(v for values in query.lists() for v in values[1])]
        if any("\0" in text or _has_surrogate(text) for text in texts):
            return HttpResponseBadRequest(REFUSED, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
