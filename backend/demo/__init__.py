"""The sample township: real divisions of Nantong, invented people, houses and history."""
