"""Programs that are linked to the C library of the machine that builds them, and images that have none of that kind.

Sources: doc.rust-lang.org/reference/linkage.html (targets of glibc link it dynamically), pkg.go.dev/cmd/cgo (on where
a C compiler is found and nothing is cross-compiled), pkg.go.dev/net ("Name Resolution").
"""

from __future__ import annotations

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.image import ImageRef

STATIC: Final = ("musl", "crt-static", "extldflags", "-static", "netgo", "osusergo", "zigbuild", "xx-")
"""Words of a Dockerfile that has programs linked in another way."""

BRINGING: Final = ("gcompat", "libc6-compat", "glibc", "ld-linux", "/lib64", "libc.so", "/lib/x86_64", "/lib/aarch64")
"""Words of a stage that brings the C library of others."""

# What of Go's own packages is linked by cgo.
GO_IMPORT = pattern(r"(?m)^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?\"(?:net|net/http|os/user)\"[ \t\r]*$")


def lacks_glibc(image: ImageRef | None, family: str | None) -> str:
    """What to call an image that has no glibc, given the family of its system; empty if it has one, or may have."""
    if image is None:
        return ""
    if image.familiar.startswith("gcr.io/distroless/static"):
        return "distroless/static"
    return "Alpine" if family == "alpine" else ""
