"""Names of employers as written, told to be one employer or several."""
