"""What a statement begins with that changes nothing: PostgreSQL wants each half of a union in brackets, and a scope
within a transaction is a savepoint there."""

READS = ("SELECT", "(SELECT", "SAVEPOINT", "RELEASE SAVEPOINT")
