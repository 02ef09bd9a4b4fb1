"""SQLite for several processes at once: Django's own backend, and a gate at which writers queue."""
