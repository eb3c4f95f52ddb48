from django.apps import AppConfig


class Web(AppConfig):
    name = "pejling.web"
    label = "web"
