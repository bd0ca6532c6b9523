"""What runs in the reader process: one uploaded file becomes rows of cells. Knows nothing of the portal."""
