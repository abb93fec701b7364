"""Tests of the Autotask connector."""
