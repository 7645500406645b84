"""Rules about how services start, wait for each other, are watched and are limited."""
