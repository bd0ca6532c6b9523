from django.apps import AppConfig
from django.core.checks import register

from core.checks import check_secrets


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "基础"

    def ready(self):
        register(check_secrets)
