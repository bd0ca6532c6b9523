"""The spreadsheet desk measured: imports and exports beside the stock way and beside what the tools allow."""
