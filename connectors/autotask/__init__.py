"""Datto Autotask PSA: the REST API V1.0 of its sheet, read only."""
