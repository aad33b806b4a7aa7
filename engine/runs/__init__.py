"""Run folders: events, status, and reading both while they grow."""
