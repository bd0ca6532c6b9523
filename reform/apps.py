from django.apps import AppConfig


class ReformConfig(AppConfig):
    name = "reform"
    verbose_name = "实施方案"
