"""Syncro (SyncroMSP): the REST API v1 of its sheet, read only."""
