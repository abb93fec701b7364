"""Tests of the simulated Autotask."""
