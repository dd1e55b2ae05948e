"""An invented shop on three nodes, and a small model of the controllers that write its status."""
