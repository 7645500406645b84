"""The images that services name: whether the reference says which one."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import (
    ImageRef,
    Service,
    YamlScalar,
    ended_branch,
    ended_long,
    follows_branch,
    is_database,
    moves,
    parse_image,
)


def _reference(node: YamlScalar) -> ImageRef | None:
    """The image reference, with variables left in if one of them is unknown."""
    text = node.literal if node.literal is not None else node.value
    return parse_image(text) if text else None


def _tag(image: ImageRef) -> str | None:
    """The tag; ``""`` if there is none for certain, None if that is unknown."""
    if image.tag is not None:
        return None if "$" in image.tag else image.tag
    return None if "$" in image.path.rpartition("/")[2] else ""


def _is_built(service: Service) -> bool:
    """Whether the image is the service's own build: there is one, and no ``pull_policy`` asks the registry first."""
    policy = service.pull_policy
    asks = policy is not None and (policy.literal or "").startswith(("always", "daily", "weekly", "every_"))
    return service.build is not None and not asks


_MUTABLE = ("latest", "stable", "edge", "test", "nightly", "dev", "beta", "canary", "lts")


@check(on=Service, keys=("image",))
def service_image_not_versioned(
    service: Service, *, mutable_tags: tuple[str, ...] = _MUTABLE, built: bool = True
) -> Problems:
    """An image without a tag, or with one that moves; ``built``: that of the service's own build too."""
    node = service.image
    image = _reference(node) if node is not None else None
    if node is None or image is None or image.digest is not None:
        return
    tag = _tag(image)
    if _is_built(service):
        if built and (tag == "" or (tag is not None and tag.lower() in mutable_tags)):
            what = f"has the tag {tag}" if tag else "has no tag, so it is latest"
            message = (
                f"The image built for service {service.name} {what}, and each build takes the name of the one before"
            )
            yield Problem(node.place, message, minor=True)
    elif tag == "":
        yield Problem(
            node.place,
            f"The image of service {service.name} has no tag, so it is latest; {_name_version(service, image)}",
            minor=not _keeps_data(service, image),
        )
    elif tag is not None and tag.lower() in mutable_tags:
        yield Problem(
            node.place,
            f"The tag {tag} of service {service.name} is another image from day to day;"
            f" {_name_version(service, image)}",
            minor=not _keeps_data(service, image),
        )


_VARIANT = "says what is in the image, and not which version"


@check(on=Service, keys=("image",))
def service_image_without_version(service: Service) -> Problems:
    """An image by a tag that says what is in it, and not which version."""
    node = service.image
    image = _reference(node) if node is not None and not _is_built(service) else None
    if node is None or image is None or not moves(image) or (image.tag or "").lower() in _MUTABLE:
        return
    what = "follows a branch, so it is another image after each change" if follows_branch(image) else _VARIANT
    yield Problem(
        node.place,
        f"The tag {image.tag} of service {service.name} {what}; {_name_version(service, image)}",
        minor=not _keeps_data(service, image),
    )


def _keeps_data(service: Service, image: ImageRef) -> bool:
    """Whether it is a database with a volume: the next major version may not read what this one wrote."""
    return is_database(image) and bool(service.mounts)


def _name_version(service: Service, image: ImageRef) -> str:
    data = ", as the next major version may not read the data of this one" if _keeps_data(service, image) else ""
    return f"name a version{data}"


@check(on=Service, keys=("image",))
def service_image_not_pinned_by_digest(service: Service) -> Problems:
    """A versioned image without a digest."""
    node = service.image
    if node is None or _is_built(service):
        return
    image = _reference(node)
    if image is None or image.digest is not None:
        return
    tag = _tag(image)
    if tag and tag.lower() not in _MUTABLE:
        yield Problem(
            node.place,
            f"The tag {tag} of service {service.name} can be moved to another image; add the digest behind it",
        )


@check(on=Service, keys=("image",))
def service_image_out_of_support(service: Service) -> Problems:
    """An image of a branch that gets no more fixes."""
    node = service.image
    image = _reference(node) if node is not None and not _is_built(service) else None
    message = ended_branch(image) if image is not None else None
    if node is not None and image is not None and message:
        yield Problem(node.place, message, minor=not ended_long(image))
