"""Rate limits: token buckets in the database, shared by all processes. See `rapport.ratelimits.buckets`."""
