"""What happened in a company by day, kept as sums and always as the rows say it: see decision 0035."""
