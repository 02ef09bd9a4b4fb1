"""The dashboard's pages, one module for each place in its menu. Views read selectors and call services, nothing else."""
