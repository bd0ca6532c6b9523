"""Letters to officers."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail

from unions.models import Post

log = logging.getLogger(__name__)

# Backends that deliver nothing. The console one would also write the one-time link into the server's log.
SILENT = ("console", "dummy", "filebased")


def mail_invitation(*, post: Post, link: str) -> bool:
    """Send the one-time link to the invited officer; False when there is no address, no mail server, or the
    server refused. The link is on the page of the inviting clerk in any case."""
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if not post.user.email or backend in SILENT:
        return False
    text = (
        f"{post.user.name}，您好：\n\n"
        f"镇总工会为您开通了{settings.SITE_NAME}的账号（用户名 {post.user.username}），"
        f"负责{post.union.name}的名册。\n请打开下面的链接设置密码，链接只能使用一次：\n\n{link}\n\n"
        f"如果您不知道此事，请不要打开链接，并告知镇总工会。\n"
    )
    try:
        return send_mail(f"{settings.SITE_NAME}：账号邀请", text, None, [post.user.email]) == 1
    except (smtplib.SMTPException, OSError) as error:
        log.warning("EMAIL_BACKEND did not accept an invitation: %s", type(error).__name__)
        return False
