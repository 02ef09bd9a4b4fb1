from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("ingestion", "0008_embedding_models"),
    ]

    operations = [
        EnableTenantRLS("ChunkVector"),
        EnableTenantRLS("EmbeddingState"),
        TenantForeignKeys("ChunkVector"),
        TenantForeignKeys("EmbeddingState"),
    ]
