"""What the backend shows over HTTP."""
