"""Doors to other systems: what they may ask by a token, and what is sent to them."""
