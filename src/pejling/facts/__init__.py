"""Source files -> validated facts, a rejection list, and the store. Imports nothing of ours."""
