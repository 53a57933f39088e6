"""What the routes need, free of any web framework."""
