"""One row per caller and limit."""

from django.db import models


class TokenBucket(models.Model):
    """`full_at`: when the bucket is full again if nobody takes from it, in seconds since 1970. That says everything."""

    name = models.CharField(max_length=160, primary_key=True)
    full_at = models.FloatField()


class CacheEntry(models.Model):
    """Django's cache, in the database, so that all processes share it: a one-time code is used once in all of them.

    The columns are those that `django.core.cache.backends.db` expects.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
