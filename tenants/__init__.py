"""Who: users, tenants, memberships, publishable keys, permissions, audit, isolation."""
