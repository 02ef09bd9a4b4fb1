"""Moving a tenant from one embedding model to another while its questions are answered.

The new model's collection is filled from the rows beside the old one, which goes on answering and takes every new
version; what changes meanwhile is caught up with until nothing is missing; then one row is changed. Every step can be
killed and done again. See docs/decisions/0017-a-collection-for-each-model.md.
"""
