"""Houses from a sheet: read, shown line by line, carried out in one transaction."""
