"""Field work assigned to a person."""
