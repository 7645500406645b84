"""What a Dockerfile's stages are like, and where fixes may write in them."""
