"""The graph of memory: who and what a contact has to do with, worked out from the ledger and from what the tenant's
systems sent, each time it is asked for. Nothing of it is kept: see docs/decisions/0029."""
