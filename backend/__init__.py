"""Gridfield: the backend of grid governance in the field and at the centre."""
