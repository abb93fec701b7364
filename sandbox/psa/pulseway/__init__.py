"""The simulated Pulseway PSA: the family with its own names and stories."""
