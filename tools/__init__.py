"""What `./dev` runs: setting up, checking, generating. No part of what is shipped."""
