"""What every measure means, in plain Python: slow, obvious, and sharing nothing with the engine that is held to it."""
