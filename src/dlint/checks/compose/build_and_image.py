"""Services that name an image and build one."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import Service, new_key


@check(on=Service)
def build_and_image(service: Service, *, check_pull_policy: bool = True) -> Problems:
    """A service with both ``build`` and ``image``, so that it is unclear which of them runs."""
    entry = service.entry("build")
    if entry is None or service.build is None or service.image is None:
        return
    if check_pull_policy and "pull_policy" in service.map:
        return
    edit = new_key(service, "pull_policy: build") if "pull_policy" not in service.map else None
    title = "Build the image at every start; it is no longer pulled"
    yield Problem(
        entry.key,
        f"Service `{service.name}` has `build` and `image`: add `pull_policy` to say which runs",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
    )
