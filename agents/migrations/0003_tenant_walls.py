from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0002_cachedanswer"),
        ("tenants", "0002_tenant_walls"),
    ]

    operations = [
        EnableTenantRLS("Agent"),
        EnableTenantRLS("Conversation"),
        EnableTenantRLS("Message"),
        EnableTenantRLS("Turn"),
        EnableTenantRLS("CachedAnswer"),
        EnableTenantRLS("Episode"),
        EnableTenantRLS("Fact"),
        EnableTenantRLS("FactSource"),
        EnableTenantRLS("Trace"),
        EnableTenantRLS("Span"),
        TenantForeignKeys("Agent"),
        TenantForeignKeys("Conversation"),
        TenantForeignKeys("Message"),
        TenantForeignKeys("Turn"),
        TenantForeignKeys("CachedAnswer"),
        TenantForeignKeys("Episode"),
        TenantForeignKeys("Fact"),
        TenantForeignKeys("FactSource"),
        TenantForeignKeys("Trace"),
        TenantForeignKeys("Span"),
    ]
