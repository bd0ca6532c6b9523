"""A million invented people, and how long the pages of the roll take over them."""
