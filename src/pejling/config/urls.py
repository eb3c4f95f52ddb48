"""Every address: the pages of the web, and the documents made of them."""

from pejling.web.urls import handler400, handler404, urlpatterns

__all__ = ["handler400", "handler404", "urlpatterns"]
