"""Tests of the Pulseway PSA connector."""
