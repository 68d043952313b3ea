"""What the server costs on the work of a city's phones, beside what its parts cost alone."""
