"""Rules about layout, order and spelling."""
