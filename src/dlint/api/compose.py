"""The nodes of a Compose file and of the effective model."""

from dlint.model.compose.credentials import of_service as credentials_of_service
from dlint.model.compose.edits import key_of, new_entry, new_item, new_key
from dlint.model.compose.environment import Given, KnownVariable, ServiceEnvironment, environment_of, is_of_the_caller
from dlint.model.compose.keys import boolean_entries
from dlint.model.compose.model import BuildRequests, ComposeModel
from dlint.model.compose.order import started_after, started_before
from dlint.model.compose.origins import origins, other_files
from dlint.model.compose.places import MountPlace, is_below, mount_places
from dlint.model.compose.reach import (
    is_open,
    is_shared_network,
    names_beside,
    names_networks,
    networks_beside,
    networks_of,
    own_names,
    shares_network,
)
from dlint.model.compose.serving import serving_of, wrong_port
from dlint.model.dockerfile.contexts import familiar as familiar_name
from dlint.model.facts.credential_text import Credential
from dlint.model.facts.image_branches import ended as ended_branch
from dlint.model.facts.image_branches import ended_long
from dlint.model.facts.images import architecture
from dlint.model.facts.processes import (
    ENTRYPOINTS,
    HANDING_ON,
    INITS,
    PROMPTS,
    SHELLS,
    UNREAPED,
    holds_programs,
    is_init,
    is_shell_call,
    may_need,
    names_init,
    needed_in_text,
    script_of_texts,
    several_in,
    supervisor,
)
from dlint.model.facts.releases import Removed, follows_branch, moves, removed_option
from dlint.model.facts.servers import (
    ADMIN_PORTS,
    ASKS_WHEN_TOLD,
    DATABASE_PORTS,
    REFUSED_VALUES,
    SERVERS_BY_SCHEME,
    SERVERS_BY_WORD,
    asks_later,
    is_admin_tool,
    is_cache,
    is_database,
    is_for_services,
    is_of_the_host,
    is_proxy,
    is_socket_proxy,
    may_move_port,
    moves_dotnet,
)
from dlint.model.facts.users import is_root, uid
from dlint.model.image import dotnet_ports
from dlint.project.kinds import is_workplace
from dlint.shellcheck.remark import Remark
from dlint.syntax.compose.dotenv import DotEnvEntry
from dlint.syntax.compose.dotenv import parse as parse_dotenv
from dlint.syntax.compose.file import ComposeFile, Config, Definition, Include, Model, Network, Secret, Volume
from dlint.syntax.compose.items import Dependency, Device, EnvFile, Item, Mount, Port, Reference, Tmpfs, Ulimit, is_path
from dlint.syntax.compose.service import BuildRequest, Service, is_for_swarm
from dlint.syntax.compose.values import BuildArg, EnvVar, KeyValue, Label, Part, boolean, integer, number, size
from dlint.syntax.compose.values import split as parts_of
from dlint.syntax.compose.views import BuildConfig, CommandLine, Deploy, Healthcheck, Logging, View, WatchRule
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_image
from dlint.syntax.interpolation import VariableUse, assume, interpolated, variables
from dlint.syntax.quantities import is_all_interfaces, parse_size
from dlint.syntax.suggest import closest
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq
from dlint.workspace.service_build import is_remote, same_build, service_build

__all__ = [
    "ADMIN_PORTS", "architecture", "asks_later", "ASKS_WHEN_TOLD", "assume", "boolean", "boolean_entries", "BuildArg",
    "BuildConfig", "BuildRequest", "BuildRequests", "closest", "CommandLine", "ComposeFile", "ComposeModel", "Config",
    "Credential", "credentials_of_service", "DATABASE_PORTS", "Definition", "Dependency", "Deploy", "Device",
    "DotEnvEntry", "dotnet_ports", "ended_branch", "ended_long", "ENTRYPOINTS", "EnvFile", "environment_of", "EnvVar",
    "familiar_name", "follows_branch", "Given", "HANDING_ON", "Healthcheck", "holds_programs", "ImageRef", "Include",
    "INITS", "integer", "interpolated", "is_admin_tool", "is_all_interfaces", "is_below", "is_cache", "is_database",
    "is_for_services", "is_for_swarm", "is_init", "is_of_the_caller", "is_of_the_host", "is_open", "is_path",
    "is_proxy", "is_remote", "is_root", "is_shared_network", "is_shell_call", "is_socket_proxy", "is_workplace",
    "Item", "key_of", "KeyValue", "KnownVariable", "Label", "Logging", "may_move_port", "may_need", "Model", "Mount",
    "mount_places", "MountPlace", "moves", "moves_dotnet", "names_beside", "names_init",
    "names_networks", "needed_in_text", "Network", "networks_beside", "networks_of", "new_entry", "new_item",
    "new_key", "number", "origins", "other_files", "own_names", "parse_dotenv", "parse_image", "parse_size", "Part",
    "parts_of", "Port", "PROMPTS", "Reference", "REFUSED_VALUES", "Remark", "Removed", "removed_option", "same_build",
    "script_of_texts", "Secret", "SERVERS_BY_SCHEME", "SERVERS_BY_WORD", "Service", "service_build",
    "ServiceEnvironment", "serving_of", "several_in", "shares_network", "SHELLS", "size", "started_after",
    "started_before", "supervisor", "Tmpfs", "uid", "Ulimit", "UNREAPED", "variables", "VariableUse", "View", "Volume",
    "WatchRule", "wrong_port", "YamlEntry", "YamlMap", "YamlNode", "YamlScalar", "YamlSeq",
]  # fmt: skip
