"""The nodes of a Compose file and of the effective model."""

from dlint.model.compose import ComposeModel
from dlint.model.image_branches import ended as ended_branch
from dlint.model.remarks import Remark
from dlint.syntax.compose import (
    ComposeFile,
    Config,
    Definition,
    Include,
    Model,
    Network,
    Secret,
    Volume,
)  # fmt: skip
from dlint.syntax.compose_items import (
    Dependency,
    Device,
    EnvFile,
    Item,
    Mount,
    Port,
    Reference,
    Tmpfs,
    Ulimit,
    is_path,
)  # fmt: skip
from dlint.syntax.compose_service import Service
from dlint.syntax.compose_values import (
    BuildArg,
    EnvVar,
    KeyValue,
    Label,
    Part,
    boolean,
    integer,
    number,
    parse_size,
    size,
)  # fmt: skip
from dlint.syntax.compose_views import BuildConfig, CommandLine, Deploy, Healthcheck, Logging, View
from dlint.syntax.dotenv import DotEnvEntry
from dlint.syntax.dotenv import parse as parse_dotenv
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_image
from dlint.syntax.interpolation import assume, variables
from dlint.syntax.yaml_nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

__all__ = [
    "BuildArg", "BuildConfig", "CommandLine", "ComposeFile", "ComposeModel", "Config", "Definition", "Dependency",
    "Deploy", "Device", "DotEnvEntry", "EnvFile", "EnvVar", "Healthcheck", "ImageRef", "Include", "Item", "KeyValue",
    "Label", "Logging", "Model", "Mount", "Network", "Part", "Port", "Reference", "Remark", "Secret", "Service",
    "Tmpfs", "Ulimit", "View", "Volume", "YamlEntry", "YamlMap", "YamlNode", "YamlScalar", "YamlSeq", "assume",
    "boolean", "ended_branch", "integer", "is_path", "number", "parse_dotenv", "parse_image", "parse_size", "size",
    "variables",
]  # fmt: skip
