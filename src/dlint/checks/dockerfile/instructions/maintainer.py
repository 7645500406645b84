"""What is said about an image: MAINTAINER, and statements on its vulnerabilities."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import (
    Add,
    Copy,
    Maintainer,
    Stage,
    value_of,
)


@check(on=Maintainer, onbuild=True)
def maintainer_deprecated(maintainer: Maintainer) -> Problems:
    """MAINTAINER, which has been deprecated since Docker 1.13."""
    name = " ".join(maintainer.value.text.split()).strip("\"'")
    fix = None
    if name and not any(c in name for c in '"\\$'):
        fix = Fix("Use the OCI label", maintainer.replace(f'LABEL org.opencontainers.image.authors="{name}"'))
    yield Problem(maintainer.keyword, fix=fix)


@check(on=(Copy, Add), onbuild=True)
def vex_file_copied(node: Copy | Add, stage: Stage) -> Problems:
    """A file of VEX statements, about the image, that is put inside of it."""
    for word in node.sources:
        if (value_of(word, node, stage) or word.value).lower().endswith(".vex.json"):
            message = "Attach VEX statements to the image as an attestation: in here no scanner looks for them"
            yield Problem(word, message)
