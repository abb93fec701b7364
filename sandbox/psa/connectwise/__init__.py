"""A strict stand-in for ConnectWise PSA's REST API: it refuses what the vendor's text refuses."""
