"""A company's identity provider for tests: allauth's own OpenID provider, in a process of its own."""
