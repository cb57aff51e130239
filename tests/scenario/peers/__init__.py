"""Cases of other projects' tests, peer by peer."""
