"""Everything behind ./portal: set-up, embedded servers, supervision. Standard library only."""
