"""Predicate → language → kind → templates."""

Templates = dict[str, dict[str, dict[str, tuple[str, ...]]]]
