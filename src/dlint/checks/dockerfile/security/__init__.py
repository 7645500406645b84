"""Rules about users, owners, secrets and what is trusted."""
