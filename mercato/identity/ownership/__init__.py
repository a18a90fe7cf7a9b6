"""Who belonged to whom, and when."""
