"""The contract: what a client may say to Core, and what Core answers. Structs and pure functions only, no I/O."""
