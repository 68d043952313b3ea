"""Who is who: divisions, grids, departments, people, roles, sessions and the rules of access."""
