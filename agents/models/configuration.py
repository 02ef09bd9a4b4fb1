"""Agents as tenants configure them."""

from django.db import models

from tenants.scoped import TenantModel


class Agent(TenantModel):
    """Who answers. `version` grows with every change and is written on each turn's trace."""

    name = models.CharField(max_length=80)
    instructions = models.TextField(blank=True)
    greeting = models.CharField(max_length=300, blank=True)
    suggested_questions = models.JSONField(default=list)
    color = models.CharField(max_length=9, default="#4f46e5")
    model = models.CharField(max_length=120, blank=True)  # "" = the platform's default
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
