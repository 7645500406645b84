"""The hosts that settings of a proxy or of Prometheus name."""

from dlint.model.compose.upstreams import Asked, Reader, Settings, settings_of

__all__ = ["Asked", "Reader", "Settings", "settings_of"]
