"""HaloPSA: the REST API of its sheet, read only."""
