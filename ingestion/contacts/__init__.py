"""Contacts: a tenant's end customers. An anonymous visitor is a contact with no identity yet."""
