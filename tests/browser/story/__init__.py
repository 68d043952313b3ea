"""A house's way from a sheet to the strike-off, as its people go it."""
