"""What claims about speed and size rest on: each budget of the design measured on this machine."""
