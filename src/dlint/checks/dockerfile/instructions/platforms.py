"""The ``--platform`` of FROM."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Related, Span, check
from dlint.api.dockerfile import From, Stage, architecture, platform_by_name

_WHOLE = ("", "-", ":-", "?", ":?")


@check(on=From, having=("platform",))
def constant_platform(node: From, stage: Stage, *, only_build_and_target: bool = False) -> Problems:
    """A stage bound to one platform, whatever the build is for."""
    word = node.platform
    if word is None or not word.text:
        return
    if only_build_and_target:
        if "BUILDPLATFORM" not in word.text and "TARGETPLATFORM" not in word.text:
            yield Problem(word, f"Use $BUILDPLATFORM or leave --platform={word.text} out")
        return
    platform = word.literal
    if platform is None or any(fault.span == word.span for fault in stage.graph.faults_at(node)):
        return
    parts = [architecture(part) for part in platform.lower().split("/")[:2]]
    name = node.stage_name.text.lower() if node.stage_name is not None else ""
    if not any(part in name for part in parts):
        # What a build tool runs on is the builder's; what is shipped is for who asks for it.
        advice = "leave --platform to the build" if stage.shipped else "use $BUILDPLATFORM"
        message = f"The stage is bound to {platform}; {advice}, or say so in its name: AS …-{parts[-1]}"
        yield Problem(word, message)


@check(on=From, having=("platform",))
def redundant_target_platform(node: From, stage: Stage) -> Problems:
    """``--platform=$TARGETPLATFORM``, which is what the builder does anyway."""
    word, flag = node.platform, node.flag("platform")
    if word is None or flag is None:
        return
    uses = word.variables
    if not uses or uses[0].name != "TARGETPLATFORM" or uses[0].operator not in _WHOLE:
        return
    if (uses[0].start, uses[0].end) != (0, len(word.text)):
        return
    own = stage.graph.globals.bindings.get("TARGETPLATFORM")
    if own is not None and own.pair is not None and own.pair.value is not None:
        message = "An ARG takes the place of the builder's own TARGETPLATFORM; leave its default and this flag out"
        yield Problem(flag, message, related=[Related(own.pair, "This ARG")])
        return
    fix = None
    image = node.image
    if image is not None and len(node.flags) == 1:
        between = node.source.text[flag.span[1] : image.span[0]]
        if not between.strip(" \t"):
            fix = Fix("Remove the flag", Edit(node.source, Span(flag.span[0], image.span[0]), ""))
    yield Problem(flag, f"Leave --platform={word.text} out: it is the default", fix=fix)


@check(on=From, having=("platform",))
def base_image_other_platform(node: From, stage: Stage) -> Problems:
    """A base image that, by its name, is for another platform than ``--platform`` asks for."""
    word, image = node.platform, stage.image
    if word is None or image is None or image.has_variable:
        return
    value = stage.graph.globals.expand(word).value
    if not value:
        return
    has = platform_by_name(image)
    wanted = [architecture(part) for part in value.lower().split("/")[:2]]
    if has and any(one != other for one, other in zip(has.split("/"), wanted, strict=False)):
        message = f"{image.text} is an image for {has}, not for {'/'.join(wanted)}; take one of that platform"
        yield Problem(node.image or word, message, related=[Related(word, "Asked for here")])
