"""``dlint completion``: scripts for bash, zsh and fish, with the words that options and commands take."""

from __future__ import annotations

from collections.abc import Iterable

import click

from dlint.cli.commands import COMMANDS, DEFAULT, load
from dlint.cli.output import write

# Options and commands that take names of rules, and those that take other words than click knows.
_OF_RULES = ("--select", "--ignore", "--enable")
_COMMANDS_OF_RULES = ("explain", "ignore")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print a completion script: `eval "$(dlint completion bash)"`."""
    write({"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]())
    return 0


def _all() -> list[str]:
    """The commands and, as ``compose show``, those of groups."""
    return [*COMMANDS, *_below()]


def _below() -> list[str]:
    groups = [(name, found) for name in COMMANDS if isinstance(found := load(name), click.Group)]
    return [f"{name} {each}" for name, group in groups for each in sorted(group.commands)]


def _load(name: str) -> click.Command:
    """A command by its name, or one of a group by both."""
    group, _, name = name.partition(" ")
    found = load(group)
    return found.commands[name] if name and isinstance(found, click.Group) else found


def _options(name: str) -> list[str]:
    options = [flag for param in _load(name).params for flag in param.opts if flag.startswith("--")]
    return sorted([*options, "--help"])


def _rules() -> list[str]:
    """The names of all rules, and the other tools' codes that work as names."""
    from dlint.rule.load import builtin

    rules = builtin()
    codes = {alias.partition("/")[2] for rule in rules.values() for alias in rule.aliases}
    return [*sorted(rules), *sorted(code for code in codes if code and code.isalnum() and code[-1].isdigit())]


def _values(name: str) -> dict[str, list[str]]:
    """The words that the options of a command take."""
    from dlint.report import formats

    found: dict[str, list[str]] = {}
    for param in _load(name).params:
        for flag in param.opts:
            if isinstance(param.type, click.Choice):
                found[flag] = [str(choice) for choice in param.type.choices]
            elif flag == "--format":
                found[flag] = formats()
            elif flag == "--output" and name == DEFAULT:
                found[flag] = [f"{form}=" for form in formats()]
            elif flag == "--config":
                found[flag] = [f"{key}=" for key in _keys()]
    return {flag: words for flag, words in found.items() if flag.startswith("--")}


def _keys() -> Iterable[str]:
    from dlint.config.keys import KEYS

    return KEYS


def _first(name: str) -> list[str]:
    """What may stand right after a command besides options and files: its subcommands, or the choices it has."""
    found = _load(name)
    if isinstance(found, click.Group):
        return sorted(found.commands)
    types = [param.type for param in found.params if isinstance(param, click.Argument)]
    return [str(choice) for kind in types if isinstance(kind, click.Choice) for choice in kind.choices]


def _bash() -> str:
    words = "\n".join(f'    "{name}") words="{" ".join([*_first(name), *_options(name)])}" ;;' for name in _all())
    below = "|".join(f'"{name}"' for name in _below())
    values = {f"{name} {flag}": each for name in _all() for flag, each in _values(name).items()}
    cases = "\n".join(f'    "{key}") words="{" ".join(each)}" ;;' for key, each in values.items())
    takers = "|".join(f"*' '{flag}" for flag in _OF_RULES)
    return f"""\
_dlint() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" cmd="${{COMP_WORDS[1]}}"
  local words="" start=""
  local rules="{" ".join(_rules())}"
  # zsh leaves --format=json together. bash takes = for a word of its own, there and in sarif=FILE after --output.
  if [[ "$cur" == --*=* ]]; then start="${{cur%%=*}}="; prev="${{cur%%=*}}"; cur="${{cur#*=}}"; fi
  if [[ "$prev" == "=" ]]; then prev="${{COMP_WORDS[COMP_CWORD-2]}}"; [[ "$prev" == --* ]] || prev=""; fi
  if [[ "$cur" == "=" ]]; then cur=""; fi
  if [[ "$cmd" == help && $COMP_CWORD -eq 2 ]]; then
    COMPREPLY=($(compgen -W "{" ".join(COMMANDS)}" -- "$cur"))
    return
  fi
  case " {" ".join(COMMANDS)} " in *" $cmd "*) ;; *) cmd={DEFAULT} ;; esac
  if [[ $COMP_CWORD -gt 2 ]]; then case "$cmd ${{COMP_WORDS[2]}}" in {below}) cmd="$cmd ${{COMP_WORDS[2]}}" ;; esac; fi
  case "$cmd $prev" in
{cases}
    {takers})
      words="$rules"
      if [[ "$cur" == *,* ]]; then start="$start${{cur%,*}},"; cur="${{cur##*,}}"; fi ;;
  esac
  if [[ -n "$words" ]]; then
    COMPREPLY=($(compgen -P "$start" -W "$words" -- "$cur"))
    [[ ${{#COMPREPLY[@]}} -eq 1 && "${{COMPREPLY[0]}}" == *= ]] && compopt -o nospace 2>/dev/null
    return
  fi
  case "$cmd" in
{words}
  esac
  case "$cmd" in {"|".join(_COMMANDS_OF_RULES)}) words="$words $rules" ;; esac
  if [[ $COMP_CWORD -eq 1 ]]; then words="{" ".join(COMMANDS)} --version $words"; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
}}
complete -o filenames -F _dlint dlint
"""


def _zsh() -> str:
    return "autoload -Uz compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + _bash()


def _fish() -> str:
    lines = [f"function __dlint_rules; string split ' ' '{' '.join(_rules())}'; end"]
    lines += [f"complete -c dlint -n __fish_use_subcommand -a {name}" for name in COMMANDS]
    for name in COMMANDS:
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        lines += [f"complete -c dlint {seen} -a {word}" for word in _first(name)]
        if name in _COMMANDS_OF_RULES:
            lines.append(f"complete -c dlint {seen} -a '(__dlint_rules)'")
        lines += _fish_options(name, seen)
    for name in _below():
        group, _, each = name.partition(" ")
        lines += _fish_options(
            name, f"-n '__fish_seen_subcommand_from {group}; and __fish_seen_subcommand_from {each}'"
        )
    lines.append(f"complete -c dlint -n '__fish_seen_subcommand_from help' -a '{' '.join(COMMANDS)}'")
    # What stands for `dlint check` without the word.
    bare = f"-n 'not __fish_seen_subcommand_from {' '.join(COMMANDS)}'"
    return "\n".join([*lines, *_fish_options(DEFAULT, bare)]) + "\n"


def _fish_options(name: str, seen: str) -> list[str]:
    values = _values(name)
    lines: list[str] = []
    for flag in _options(name):
        words = "-x -a '(__fish_complete_list , __dlint_rules)'" if flag in _OF_RULES else ""
        if flag in values:
            words = f"-x -a '{' '.join(values[flag])}'"
        lines.append(f"complete -c dlint {seen} -l {flag[2:]} {words}".rstrip())
    return lines
