"""Patrols: shifts on foot, their tracks, and where a worker was last seen."""
