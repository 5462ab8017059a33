"""The shop: orders and what they cost."""
