"""Visits to rental houses, and what was found there."""
