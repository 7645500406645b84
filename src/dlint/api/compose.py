"""The nodes of a Compose file and of the effective model."""

from dlint.model.compose.edits import key_of, new_entry, new_item, new_key
from dlint.model.compose.environment import Given, ServiceEnvironment, environment_of
from dlint.model.compose.keys import boolean_entries
from dlint.model.compose.model import ComposeModel
from dlint.model.compose.places import MountPlace, is_below, mount_places
from dlint.model.facts.image_branches import ended as ended_branch
from dlint.model.facts.users import is_root
from dlint.shellcheck.scripts import Remark
from dlint.syntax.compose.dotenv import DotEnvEntry
from dlint.syntax.compose.dotenv import parse as parse_dotenv
from dlint.syntax.compose.file import ComposeFile, Config, Definition, Include, Model, Network, Secret, Volume
from dlint.syntax.compose.items import Dependency, Device, EnvFile, Item, Mount, Port, Reference, Tmpfs, Ulimit, is_path
from dlint.syntax.compose.service import Service
from dlint.syntax.compose.values import BuildArg, EnvVar, KeyValue, Label, Part, boolean, integer, number, size
from dlint.syntax.compose.values import split as parts_of
from dlint.syntax.compose.views import BuildConfig, CommandLine, Deploy, Healthcheck, Logging, View
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_image
from dlint.syntax.interpolation import assume, variables
from dlint.syntax.quantities import is_all_interfaces, parse_size
from dlint.syntax.suggest import closest
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

__all__ = [
    "BuildArg", "BuildConfig", "CommandLine", "ComposeFile", "ComposeModel", "Config", "Definition", "Dependency",
    "Deploy", "Device", "DotEnvEntry", "EnvFile", "EnvVar", "Given", "Healthcheck", "ImageRef", "Include", "Item",
    "KeyValue", "Label", "Logging", "Model", "Mount", "MountPlace", "Network", "Part", "Port", "Reference", "Remark",
    "Secret", "Service", "ServiceEnvironment", "Tmpfs", "Ulimit", "View", "Volume", "YamlEntry", "YamlMap", "YamlNode",
    "YamlScalar", "YamlSeq", "assume", "boolean", "boolean_entries", "closest", "ended_branch", "environment_of",
    "integer", "is_all_interfaces", "is_below", "is_path", "is_root", "key_of", "mount_places", "new_entry",
    "new_item", "new_key", "number", "parse_dotenv", "parse_image", "parse_size", "parts_of", "size", "variables",
]  # fmt: skip
