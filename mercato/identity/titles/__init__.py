"""Job titles as written, told as family, level, AI work and side role."""
