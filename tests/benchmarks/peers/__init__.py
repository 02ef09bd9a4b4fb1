"""The product's ingest and search on the real servers beside what others do with the same pages."""
