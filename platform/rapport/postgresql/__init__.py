"""PostgreSQL: Django's own backend, whose SELECTs are compiled once for each shape."""
