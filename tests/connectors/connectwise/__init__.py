"""Tests of the ConnectWise connector."""
