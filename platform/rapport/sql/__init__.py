"""SQL for the engines: queries of one shape are compiled once."""
