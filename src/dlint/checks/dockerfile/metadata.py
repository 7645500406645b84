"""What an image says about itself: MAINTAINER and labels."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import Maintainer


@check(on=Maintainer, onbuild=True)
def maintainer_deprecated(maintainer: Maintainer) -> Problems:
    """MAINTAINER, which has been deprecated since Docker 1.13."""
    name = " ".join(maintainer.value.text.split()).strip("\"'")
    fix = None
    if name and not any(c in name for c in '"\\$'):
        fix = Fix("Use the OCI label", maintainer.replace(f'LABEL org.opencontainers.image.authors="{name}"'))
    yield Problem(maintainer.keyword, fix=fix)
