"""Pages of training and skill records."""
