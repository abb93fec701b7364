"""Simulated PSAs, as strict as their API sheets say."""
