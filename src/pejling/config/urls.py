"""Every address: the pages of the web, and the documents made of them."""

from django.urls import path

from pejling.config import documents, open_documents, status_documents
from pejling.web import urls as web
from pejling.web.urls import handler400, handler404

__all__ = ["handler400", "handler404", "urlpatterns"]

urlpatterns = [
    *web.urlpatterns,
    path("open/<int:number>/<str:name>", open_documents.open_file, name="open_file"),
    path("contracts/<int:contract_id>/pdf", documents.contract, name="contract_pdf"),
    path("status/<path:unit_id>/<month:month>/<str:form>", status_documents.status, name="status_file"),
    path("contracts/xlsx", documents.everything, name="contracts_xlsx"),
    path("agreements/<int:number>/pdf", documents.agreement, name="agreement_pdf"),
]
