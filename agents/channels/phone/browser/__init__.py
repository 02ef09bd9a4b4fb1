"""An agent tried by voice from the dashboard: a member's own browser is the telephone."""
