"""What may leave: disclosure control on every figure, and editions on disk."""
