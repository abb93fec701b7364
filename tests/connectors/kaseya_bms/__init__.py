"""Tests of the Kaseya BMS connector."""
