"""Funding: allocation = base + Σ rate × clients + agreed + result, kept to the frame to the øre.

Pure functions over what was measured: `basis` (what is known), `allocation` (who gets what), `bookings` (what a
regulation fixes), `scenarios` and `incentives` (what would be). Money is whole øre inside, Decimal kroner outside.
"""
