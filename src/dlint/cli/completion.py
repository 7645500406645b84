"""``dlint completion``: scripts for bash, zsh and fish."""

from __future__ import annotations

import click

from dlint.cli.commands import COMMANDS, DEFAULT, load
from dlint.cli.output import write


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print a completion script: `eval "$(dlint completion bash)"`."""
    write({"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]())
    return 0


def _words(name: str) -> list[str]:
    options = [flag for param in load(name).params for flag in param.opts if flag.startswith("--")]
    return sorted([*options, "--help"])


def _bash() -> str:
    cases = "\n".join(f'    {name}) words="{" ".join(_words(name))}" ;;' for name in COMMANDS)
    return f"""\
_dlint() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" words
  case "${{COMP_WORDS[1]}}" in
{cases}
    *) words="{" ".join((*COMMANDS, *_words(DEFAULT), "--version"))}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
}}
complete -o filenames -F _dlint dlint
"""


def _zsh() -> str:
    return "autoload -U +X bashcompinit && bashcompinit\n" + _bash()


def _fish() -> str:
    lines = [f"complete -c dlint -n __fish_use_subcommand -a {name}" for name in COMMANDS]
    for name in COMMANDS:
        for word in _words(name):
            lines.append(f"complete -c dlint -n '__fish_seen_subcommand_from {name}' -l {word[2:]}")
    return "\n".join(lines) + "\n"
