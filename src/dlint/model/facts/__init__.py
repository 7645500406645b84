"""What the world is like: images, packages, users, secrets; nothing here knows a stage or a service."""
