"""Papers handed over at a house (文书): advice, and orders to put right; their numbers."""
