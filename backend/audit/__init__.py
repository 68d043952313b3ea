"""Who did what, and when; lines are added, never changed."""
