from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"

    def ready(self) -> None:
        """Opens the scope for the handlers of events."""
        from rapport.events.scope import set_scope_opener
        from tenants.context import tenant_scope

        set_scope_opener(tenant_scope)
