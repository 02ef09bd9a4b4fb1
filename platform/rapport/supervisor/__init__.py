"""One command that runs every process of Rapport on one machine. Why it is our own: docs/decisions/0003."""
