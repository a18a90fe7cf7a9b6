"""How far the figures can be trusted: whether intervals hold the truth, and corrections find it."""
