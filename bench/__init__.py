"""Measures the product on this machine; never part of the tests."""
