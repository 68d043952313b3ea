"""How a message reaches a person: live channel, Web Push; recorded per channel, never lost."""
