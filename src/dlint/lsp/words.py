"""What the words of a Dockerfile mean, in a sentence each, for hover and completion.

Sources: the Dockerfile reference (https://docs.docker.com/reference/dockerfile/) and, for the fields of mounts, the
reference of ``RUN --mount`` there.
"""

from __future__ import annotations

from typing import Final

REFERENCE: Final = "https://docs.docker.com/reference/dockerfile/"

INSTRUCTIONS: Final[dict[str, tuple[str, str]]] = {
    "ADD": (
        "ADD [flags] source... destination",
        "Copies files, unpacks local archives and fetches URLs and git repositories.",
    ),
    "ARG": ("ARG name[=default]...", "Declares a build argument, for the stage it stands in or, above FROM, for FROM."),
    "CMD": ('CMD ["program", "argument"...]', "What a container runs, or the arguments of its ENTRYPOINT."),
    "COPY": (
        "COPY [flags] source... destination",
        "Copies files from the build context, another stage or an image.",
    ),
    "ENTRYPOINT": ('ENTRYPOINT ["program"...]', "The program a container always runs; CMD gives its arguments."),
    "ENV": ("ENV name=value...", "Sets variables for the steps below and for containers."),
    "EXPOSE": ("EXPOSE port[/protocol]...", "Says which ports the program listens on; publishes nothing."),
    "FROM": ("FROM [--platform=...] image [AS name]", "Starts a stage from an image or from an earlier stage."),
    "HEALTHCHECK": (
        "HEALTHCHECK [flags] CMD command, or HEALTHCHECK NONE",
        "How the engine finds out whether the container works.",
    ),
    "LABEL": ("LABEL name=value...", "Adds metadata to the image."),
    "MAINTAINER": ("MAINTAINER name", "Deprecated: write LABEL org.opencontainers.image.authors instead."),
    "ONBUILD": ("ONBUILD instruction", "Keeps an instruction for builds that start from this image."),
    "RUN": ("RUN [flags] command", "Runs a command and keeps what it changed in the image."),
    "SHELL": ('SHELL ["program", "argument"...]', "The shell for commands that are no JSON list, from here on."),
    "STOPSIGNAL": ("STOPSIGNAL signal", "The signal that asks the container to stop."),
    "USER": ("USER user[:group]", "Whom the steps below and the container run as."),
    "VOLUME": ("VOLUME path...", "Makes paths volumes: each container without a mount there gets one of its own."),
    "WORKDIR": ("WORKDIR path", "The folder that the steps below and the container start in; made if it is missing."),
}

FLAGS: Final[dict[str, str]] = {
    "platform": "The platform of the image, such as linux/arm64.",
    "mount": "Makes files, a cache, a secret or an SSH agent available while the command runs.",
    "network": "The network of the command: default, none or host.",
    "security": "sandbox, or insecure for a command that needs all privileges.",
    "device": "A device that the command may use, by its CDI name.",
    "from": "The stage, image or named context to copy from.",
    "chown": "The owner of the copied files, user[:group].",
    "chmod": "The mode of the copied files.",
    "link": "Copies into a layer of its own, which stays valid when the layers below change.",
    "parents": "Keeps the folders above each source.",
    "exclude": "Leaves out the files that match a pattern.",
    "checksum": "The digest or commit that the fetched source must have.",
    "keep-git-dir": "Keeps the .git folder of a git source.",
    "unpack": "Whether an archive is unpacked.",
    "interval": "The time between two checks (30s).",
    "timeout": "The time after which a check has failed (30s).",
    "start-period": "The time at the start in which failures do not count (0s).",
    "start-interval": "The time between two checks in the start period (5s).",
    "retries": "How many failures in a row make the container unhealthy (3).",
}

MOUNTS: Final[dict[str, str]] = {
    "type": "bind, cache, tmpfs, secret or ssh; bind without it.",
    "from": "The stage, image or context that is mounted; the build context without it.",
    "source": "The path within what is mounted.",
    "target": "Where it is mounted.",
    "readonly": "The command may not write to it.",
    "readwrite": "The command may write to it; what it writes is thrown away.",
    "id": "The name of the cache, secret or agent.",
    "sharing": "Who may write to the cache at a time: shared, private or locked.",
    "required": "The build stops if there is no such secret or agent.",
    "size": "The most bytes of a tmpfs.",
    "mode": "The mode of the file or folder.",
    "uid": "The owner's number.",
    "gid": "The group's number.",
    "env": "The variable that holds the secret.",
}
