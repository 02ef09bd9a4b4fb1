"""The names of this app's topic and events. Names only: web processes import this and must stay light."""

PRIVACY = "tenants.privacy"  # key: the erasure or the export
ERASURE_REQUESTED = "rapport.tenants.erasure.requested.v1"  # {erasure_id}
EXPORT_REQUESTED = "rapport.tenants.export.requested.v1"  # {export_id}
