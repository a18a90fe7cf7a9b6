"""Records told to be of one person or of several."""
