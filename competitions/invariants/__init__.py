"""What must hold between rows, by record; run by ``manage.py check_invariants``."""
