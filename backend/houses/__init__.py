"""Rental houses: the register."""
