"""Tests of the simulated family of Kaseya BMS and Pulseway PSA."""
