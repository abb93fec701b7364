"""PSAs in, our records out: reads each vendor's API and knows nothing above it."""
