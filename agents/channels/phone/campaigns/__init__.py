"""Campaigns: many calls that the company makes, each through the door of a single one."""
