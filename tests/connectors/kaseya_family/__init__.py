"""Tests of what Kaseya BMS and Pulseway PSA share."""
