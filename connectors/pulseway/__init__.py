"""Pulseway PSA: the API family of Kaseya BMS under this product's names and addresses."""
