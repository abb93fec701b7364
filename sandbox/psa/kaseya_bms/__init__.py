"""The simulated Kaseya BMS: the family with its own names and stories."""
