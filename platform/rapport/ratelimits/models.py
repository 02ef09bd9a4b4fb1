"""One row per caller and limit."""

from django.db import models


class TokenBucket(models.Model):
    """`full_at`: when the bucket is full again if nobody takes from it, in seconds since 1970. That says everything."""

    name = models.CharField(max_length=160, primary_key=True)
    full_at = models.FloatField(db_index=True)
