from django.apps import AppConfig
from django.core.checks import register

from core.checks import check_secrets
from core.words import speak_plainly


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "基础"

    def ready(self):
        register(check_secrets)
        speak_plainly()
