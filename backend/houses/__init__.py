"""Rental houses: the register, the checklists and the inspections."""
