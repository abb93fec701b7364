"""Tests of the simulated HaloPSA."""
