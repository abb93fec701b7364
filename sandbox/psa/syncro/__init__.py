"""A simulated Syncro, as strict as its sheet says the real one is."""
