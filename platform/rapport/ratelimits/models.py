"""One row per caller and limit."""

from django.db import models


class TokenBucket(models.Model):
    """`tokens` were there at `updated_at`; since then it has filled at the limit's rate."""

    name = models.CharField(max_length=160, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField(db_index=True)
