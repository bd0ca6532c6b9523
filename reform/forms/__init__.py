"""What people enter, by subject."""
