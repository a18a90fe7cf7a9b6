"""Public data fetched politely: each source is a short declaration of what it is asked and what its answers hold."""
