"""Papers: how lists and files are written down for people and programs outside."""
