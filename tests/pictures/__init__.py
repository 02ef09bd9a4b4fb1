"""What the pictures of the dashboard show: the companies and people on stage, and the addresses to look at."""
