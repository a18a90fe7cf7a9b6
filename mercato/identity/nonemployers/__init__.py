"""What people did not mean as an employer."""
