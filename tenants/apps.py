from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"

    def ready(self) -> None:
        """Opens the scope for the handlers of events, and says of whom the rows are."""
        from rapport.events.scope import set_scope_opener
        from tenants import events as events
        from tenants.context import tenant_scope
        from tenants.privacy import declared as declared
        from tenants.privacy import declared_secrets as declared_secrets

        set_scope_opener(tenant_scope)
