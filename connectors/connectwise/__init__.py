"""ConnectWise PSA (Manage): the REST API of its sheet, read only."""
