from django.apps import AppConfig


class Agreements(AppConfig):
    name = "pejling.agreements"
    label = "agreements"
