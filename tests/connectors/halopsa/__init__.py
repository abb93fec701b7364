"""Tests of the HaloPSA connector."""
