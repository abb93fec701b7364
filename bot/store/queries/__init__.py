"""Every question that is put to the database, one file per subject; each function is one unit of work."""
