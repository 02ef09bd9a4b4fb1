"""What this app emits and handles. Imported when Django starts."""
