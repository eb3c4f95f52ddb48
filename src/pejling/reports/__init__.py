"""Pages -> PDF, Excel, open data."""
