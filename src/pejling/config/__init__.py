"""Settings, read from the environment only."""
