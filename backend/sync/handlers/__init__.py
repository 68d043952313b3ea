"""What each mutation does: shape in, a room's command out. One file per noun."""
