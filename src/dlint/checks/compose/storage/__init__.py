"""Rules about mounts and volumes: what of the host they show, what they hide, what is kept in them."""
