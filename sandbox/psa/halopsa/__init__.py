"""A strict stand-in for HaloPSA's sign-in and API, with stories of its own."""
