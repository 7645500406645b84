"""What paths of the host give to a container, and what lies where they are mounted."""

from dlint.model.facts.host_paths import (
    SOCKET_FOLDERS,
    below,
    decides,
    gives_root,
    gives_socket,
    is_common,
    is_control_pipe,
    is_credential_of_host,
    is_of_system,
    is_public,
    is_sensitive,
    is_socket_name,
    normal,
    only_settings,
)
from dlint.model.facts.image_paths import is_file as has_file
from dlint.model.facts.image_paths import is_folder as has_folder

__all__ = [
    "below", "decides", "gives_root", "gives_socket", "has_file", "has_folder", "is_common", "is_control_pipe",
    "is_credential_of_host", "is_of_system", "is_public", "is_sensitive", "is_socket_name", "normal", "only_settings",
    "SOCKET_FOLDERS",
]  # fmt: skip
