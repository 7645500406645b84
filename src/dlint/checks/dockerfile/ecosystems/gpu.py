"""Images for graphics processors: what is there when they are built, and what the host decides."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, check, pattern
from dlint.api.dockerfile import SYSTEM_NAMES, Env, ShellCommand, Stage, has_cuda, installs, is_cuda, value_of

_QUERY = pattern(
    r"torch\.cuda\.(?:is_available|device_count|current_device|get_device_\w+)\s*\("
    r"|tf\.(?:config\.(?:experimental\.)?list_physical_devices|test\.is_gpu_available)\s*\("
    r"|tensorflow\.config\.list_physical_devices\s*\(|jax\.(?:local_)?devices\s*\("
)
_RUNTIME = pattern(
    r"(?:nvidia-container-(?:toolkit|runtime)(?:-base)?|nvidia-docker2?|libnvidia-container[\w-]*)(?:[=:].*)?"
)
_ASKING = ("nvidia-smi", "nvidia-debugdump", "nvidia-settings", "nvtop", "dcgmi")
_DEVICES = pattern(r"\d+(?:,\d+)*|(?:GPU|MIG)-[0-9A-Za-z/-]+(?:,(?:GPU|MIG)-[0-9A-Za-z/-]+)*")


@check(on=Command(*_ASKING, "python", "uv", "poetry"), words=(*_ASKING, "torch", "tensorflow", "tf.", "jax"))
def gpu_asked_in_build(command: ShellCommand) -> Problems:
    """A look at the graphics processor, which a build does not have."""
    if command.name in _ASKING:
        if not command.conditional:
            yield Problem(
                command.name_node, "A build has no graphics processor to ask; do this when the container starts"
            )
        return
    words = command.given
    for at, word in enumerate(words[:-1]):
        if word.text == "-c":
            match = _QUERY.search(words[at + 1].text)
            if match is not None:
                name = match.group().rstrip("( \t")
                message = f"{name} finds no graphics processor in a build; ask when the container starts"
                yield Problem(words[at + 1], message)
            return


@check(on=Command(*SYSTEM_NAMES), words=("nvidia",))
def container_runtime_in_image(command: ShellCommand) -> Problems:
    """The host's part of NVIDIA's container support, installed in an image."""
    if not installs(command):
        return
    for word in command.arguments:
        if "nvidia" in word.text and _RUNTIME.fullmatch(word.text):
            message = (
                f"{word.text} belongs on the host, which hands the driver to containers; leave it out of the image"
            )
            yield Problem(word, message)


@check(on=Env, onbuild=True, words=("nvidia_visible_devices", "cuda_visible_devices"))
def gpu_device_fixed(env: Env, stage: Stage) -> Problems:
    """Single graphics processors named in the image, or all of them where the base image says so already."""
    for pair in env.pairs:
        if pair.key.value not in ("NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES") or pair.value is None:
            continue
        value = pair.value.literal
        if value is None:
            continue
        if _DEVICES.fullmatch(value):
            message = f"{pair.key.value}={value} is about one machine; choose devices when the container starts"
            yield Problem(pair, message)
        elif value == "all" and pair.key.value == "NVIDIA_VISIBLE_DEVICES" and _sets_all(stage):
            yield Problem(pair, "The base image sets NVIDIA_VISIBLE_DEVICES=all already; leave it out")


def _sets_all(stage: Stage) -> bool:
    return stage.image is not None and is_cuda(stage.image)


@check(on=Env, words=("nvidia_driver_capabilities",))
def gpu_capabilities_all(env: Env, stage: Stage) -> Problems:
    """Every capability of the driver, as the last value that the stage gives it."""
    last = stage.env_at(len(stage.instructions)).get("NVIDIA_DRIVER_CAPABILITIES")
    for pair in env.pairs:
        if last is not None and last.pair is not pair:
            continue
        if pair.key.value != "NVIDIA_DRIVER_CAPABILITIES" or pair.value is None:
            continue
        if value_of(pair.value, env, stage) == "all":
            fix = Fix(
                "Ask for compute and utility; video and graphics are then not there",
                pair.value.replace("compute,utility"),
                safe=False,
            )
            yield Problem(pair, "Ask for what the image uses only, compute,utility for instance", fix=fix)


# Any mention of one counts as its use: what scripts and the builds of packages call is not to be seen here.
_COMPILERS = pattern(
    r"(?<![\w./-])(?:nvcc|gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|make|cmake|ninja(?:-build)?|meson|bazel|cargo"
    r"|go build|build-essential"
    r"|setup\.py|flash[-_]attn|apex|--no-build-isolation|TORCH_CUDA_ARCH_LIST|CUDA_HOME)(?![\w-])"
)


@check(on=Stage, having=("shipped",))
def gpu_compiler_shipped(stage: Stage) -> Problems:
    """An image with CUDA's compiler that compiles nothing."""
    image = stage.root.image
    if image is None or not is_cuda(image) or "devel" not in (image.tag or ""):
        return
    for at in stage.lineage:
        if any(_COMPILERS.search(node.raw) for node in at.instructions[1:]):
            return
    wanted = (image.tag or "").replace("devel", "runtime")
    message = (
        f"Build on nvidia/cuda:{wanted}: nothing here uses the compiler of the devel image, which is gigabytes larger"
    )
    yield Problem(stage.root.from_.image or stage.from_.keyword, message)


_TOOLKIT = pattern(r"(?:nvidia-)?cuda-(?:toolkit|nvcc|compiler|libraries-dev|cudart-dev|minimal-build)(?:-[\d-]+)?")
_LIBRARIES = pattern(r"cuda-(?:runtime|libraries|cudart|compat)(?:-[\d-]+)?")
_CUDNN = pattern(r"(?:lib)?cudnn\d?(?:-cuda-\d+)?")
_WHEEL = pattern(
    r"(?:[+/=]|^)cu(\d{2,3})(?![\d.])|(?:pytorch-cuda|cudatoolkit|cuda-version)[=~<>!]+(\d{1,4}\.\d{1,4})(?!\d)"
)


@check(on=Command(*SYSTEM_NAMES), words=("cuda", "cudnn"))
def cuda_installed_again(command: ShellCommand, stage: Stage) -> Problems:
    """A package of CUDA that the base image has."""
    image = stage.root.image
    if image is None or not is_cuda(image) or not installs(command):
        return
    parts = (image.tag or "").split("-")
    for word in command.arguments:
        name = word.text.partition("=")[0]
        has = (
            ("devel" in parts and (_TOOLKIT.fullmatch(name) or _LIBRARIES.fullmatch(name)))
            or ("runtime" in parts and _LIBRARIES.fullmatch(name))
            or (any(part.startswith("cudnn") for part in parts) and _CUDNN.fullmatch(name))
        )
        if has:
            message = f"The base image nvidia/cuda:{image.tag} has {name} already; another copy takes gigabytes"
            yield Problem(word, message)
            return


@check(on=Command("pip", "uv", "conda", "mamba", "micromamba"), words=("cuda", *(f"cu{digit}" for digit in range(10))))
def cuda_version_differs(command: ShellCommand, stage: Stage) -> Problems:
    """A package built for another CUDA than that of the base image."""
    image = stage.root.image
    match = _VERSION.match(image.tag or "") if image is not None and is_cuda(image) else None
    if match is None or not command.verb.endswith(("install", "create", "add", "sync")):
        return
    base = int(match.group(1)), int(match.group(2))
    for word in command.given:
        found = _WHEEL.search(word.text)
        if found is None:
            continue
        digits = found.group(1)
        wanted = (int(digits[:-1]), int(digits[-1])) if digits else _numbers(found.group(2))
        # A driver for a newer CUDA runs what was built for an older one of the same major version.
        if wanted[0] != base[0] or wanted > base:
            message = f"This is built for CUDA {wanted[0]}.{wanted[1]}, and the base image has {base[0]}.{base[1]}"
            yield Problem(word, message)
            return


_PYTHON = pattern(
    r"(?:[\w-]+::)?(?:(?:py)?torch(?:vision|audio)?|tensorflow(?:-gpu)?|jax(?:lib)?|flash-attn|xformers|vllm|transformers"
    r"|deepspeed|bitsandbytes|accelerate|triton|cupy|keras)(?:[=<>!~\[].*)?"
)


@check(on=Command("conda", "mamba", "micromamba"))
def conda_on_gpu_image(command: ShellCommand, stage: Stage) -> Problems:
    """Conda that installs what comes as a wheel, on an image that has CUDA."""
    image = stage.root.image
    if command.verb not in ("install", "create") or image is None or not has_cuda(image):
        return
    for word in command.arguments:
        if _PYTHON.fullmatch(word.text):
            message = f"Take {word.text} as a wheel (uv pip install): {command.name} brings a second CUDA along"
            yield Problem(word, message)
            return


_VERSION = pattern(r"(\d{1,4})\.(\d{1,4})(?!\d)")


def _numbers(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
