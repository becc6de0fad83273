"""TODO diagnose."""
