"""Rules about stages, their base images and their layers."""
