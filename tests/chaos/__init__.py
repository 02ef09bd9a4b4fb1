"""Everything is killed, one after another, under load; at the end nothing may be missing, doubled or out of order."""
