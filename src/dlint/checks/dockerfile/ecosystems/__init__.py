"""Rules about one language or product: PHP, Ruby, GPUs."""
