"""The demo: a company whose knowledge is this project's documentation, asked through the real widget API."""
