"""Which conversations and contacts cost a company most."""
