"""Rooms and occupants from a sheet, each line naming a house that stands on the register."""
