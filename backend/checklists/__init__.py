"""What is looked at in a house: checklists as versioned data, and what answers mean."""
