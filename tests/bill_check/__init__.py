"""A simulated month of many companies through the ledger, ended by comparing everything with everything: see
`__main__`."""
