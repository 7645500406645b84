"""Rules about the image of a service: how it is named or built, and whether the service fits it."""
