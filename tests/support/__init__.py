"""What several tests need: fakes, servers, makers."""
