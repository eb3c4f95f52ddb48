"""Pure rules on measurements: goals, economy, law, funding, status. No database, no web."""
