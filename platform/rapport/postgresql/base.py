"""Django's PostgreSQL backend with our compiler. Settings name it as the engine."""

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as DjangosOperations


class DatabaseOperations(DjangosOperations):
    compiler_module = "rapport.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
