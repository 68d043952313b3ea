"""Photos: what a record announced, what has arrived, and the bytes."""
