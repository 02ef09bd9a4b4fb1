"""The dashboard's pages, a module for each place in its menu. Views read selectors and call services, nothing else."""
