"""Kaseya BMS: the API family of its sheet under this product's names and addresses."""
