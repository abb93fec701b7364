"""What we remember: tables, every query by name, and secrets at rest."""
