"""One row per breaker that has seen a failure, where there is no Redis."""

from django.db import models


class Breaker(models.Model):
    """`state` is that of `rapport.breakers.state.State`, as JSON."""

    name = models.CharField(max_length=200, primary_key=True)
    state = models.JSONField()
    changed_at = models.FloatField(db_index=True)  # seconds since 1970
