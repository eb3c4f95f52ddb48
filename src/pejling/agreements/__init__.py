"""What people decide, write and sign, and the audit of it."""
