"""Tests of the road to a PSA."""
