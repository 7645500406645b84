"""Tools that report on their use."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import ShellCommand, Stage, below_from, commands_of, environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# What each tool says in its manual: the variables that stop it, and how they are set. The first is the one to write.
_OPT_OUT: Final = {
    "astro": ("ASTRO_TELEMETRY_DISABLED=1",),
    "az": ("AZURE_CORE_COLLECT_TELEMETRY=false",),
    "brew": ("HOMEBREW_NO_ANALYTICS=1",),
    "bun": ("DO_NOT_TRACK=1",),
    "dotnet": ("DOTNET_CLI_TELEMETRY_OPTOUT=1",),
    "gatsby": ("GATSBY_TELEMETRY_DISABLED=1",),
    "hf": ("HF_HUB_DISABLE_TELEMETRY=1", "DO_NOT_TRACK=1"),
    "huggingface-cli": ("HF_HUB_DISABLE_TELEMETRY=1", "DO_NOT_TRACK=1"),
    "next": ("NEXT_TELEMETRY_DISABLED=1",),
    "ng": ("NG_CLI_ANALYTICS=false",),
    "nuxi": ("NUXT_TELEMETRY_DISABLED=1",),
    "nuxt": ("NUXT_TELEMETRY_DISABLED=1",),
    "pwsh": ("POWERSHELL_TELEMETRY_OPTOUT=1",),
    "sam": ("SAM_CLI_TELEMETRY=0",),
    "storybook": ("STORYBOOK_DISABLE_TELEMETRY=1",),
    "terraform": ("CHECKPOINT_DISABLE=1",),
    "turbo": ("TURBO_TELEMETRY_DISABLED=1", "DO_NOT_TRACK=1"),
    "vcpkg": ("VCPKG_DISABLE_METRICS=1",),
    "wrangler": ("WRANGLER_SEND_METRICS=false",),
}
_RUNNERS: Final = ("npx", "pnpm", "yarn", "bunx", "npm")


@check(on=Stage)
def telemetry_not_off(stage: Stage) -> Problems:
    """The first use in a stage of each tool that reports on its use, and is not told to stop."""
    seen: set[str] = set()
    for run in stage.runs:
        for command in commands_of(run, stage, posix=True):
            tool = _tool(command)
            if tool not in _OPT_OUT or tool in seen:
                continue
            seen.add(tool)
            names = [setting.partition("=")[0] for setting in _OPT_OUT[tool]]
            if all(environment(command, stage, name) == "" for name in names):
                setting = _OPT_OUT[tool][0]
                message = f"{tool} tells its makers that it ran here: set {setting} to stop it"
                fix = Fix(f"Set {setting}, which the image then has", below_from(stage, f"ENV {setting}"), safe=False)
                yield Problem(command.name_node, message, fix=fix)


def _tool(command: ShellCommand) -> str:
    """The tool that a command runs, itself or by the runner of a package manager."""
    if command.name in _RUNNERS:
        words = [word.text for word in command.given if not word.text.startswith("-")]
        return words[1] if len(words) > 1 and words[0] in ("exec", "dlx", "run") else words[0] if words else ""
    return command.name
