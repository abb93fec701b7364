"""Tests of the simulated PSAs, through real HTTP."""
