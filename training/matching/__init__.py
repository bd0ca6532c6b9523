"""What becomes of the lines of a sheet, by record."""
