"""What the words of a command mean to the program it runs: options, their values, subcommand, arguments."""

from __future__ import annotations

from dlint.syntax.shell.tools import Tool
from dlint.syntax.shell.words import ShellWord, Stretch

_LONGEST_CLUSTER = 40


class ShellFlag(Stretch):
    """One option of a command: ``name`` as ``--yes`` or ``-y`` (clusters are split), ``value`` if it takes one."""

    __slots__ = ("name", "value", "word", "value_word")

    def __init__(
        self, word: ShellWord, name: str, value: str | None = None, value_word: ShellWord | None = None
    ) -> None:
        # What Stretch does, without the call.
        self.source = word.source
        self.code = word.code
        self.start = word.start
        self.end = (value_word or word).end
        self._span = None
        self.name = name
        self.value = value
        self.word = word
        self.value_word = value_word


class Digest:
    """The words of a command sorted by the tool table."""

    __slots__ = ("subcommand", "verb", "flags", "arguments")

    def __init__(self, tool: Tool, words: list[ShellWord]) -> None:
        self.subcommand: ShellWord | None = None
        self.verb = ""
        self.flags: list[ShellFlag] = []
        self.arguments: list[ShellWord] = []
        arguments = self.arguments
        waiting = tool.groups is not None
        old, ends = tool.old_style, tool.ends
        at, count = 0, len(words)
        while at < count:
            word = words[at]
            at += 1
            text = word.text
            if not waiting and not ends and text[:1] != "-" and not (old and at == 1):
                arguments.append(word)
                continue
            if text == "--":
                arguments.extend(words[at:])
                return
            if old and at == 1 and text and text[0] != "-":
                at = self._old_style(tool, word, words, at)
            elif len(text) > 1 and text[0] == "-":
                at = self._option(tool, word, text, words, at)
            elif waiting and text[:1] == "+":
                self.flags.append(ShellFlag(word, text))
            elif waiting:
                self.subcommand = word
                self.verb = f"{self.verb} {text}" if self.verb else text
                waiting = self.verb in (tool.groups or ())
                if not waiting:
                    self.verb = tool.aliases.get(self.verb, self.verb)
            else:
                arguments.append(word)
                if ends and self.verb in ends:
                    arguments.extend(words[at:])
                    return

    def _option(self, tool: Tool, word: ShellWord, text: str, words: list[ShellWord], at: int) -> int:
        """Read one option; the index of the next word to look at comes back."""
        flags = self.flags
        if text[1] == "-" or tool.single_dash:
            name, equals, value = text.partition("=")
            if tool.single_dash and name[1] == "-":
                name = name[1:]
            if equals:
                flags.append(ShellFlag(word, name, value))
            elif tool.takes_value(name, self.verb) and at < len(words):
                flags.append(ShellFlag(word, name, words[at].text, words[at]))
                return at + 1
            else:
                flags.append(ShellFlag(word, name))
            return at
        place, length = 1, len(text)
        if length > _LONGEST_CLUSTER or text[1] == "$":
            flags.append(ShellFlag(word, text))
            return at
        while place < length:
            if text[place] == "$":
                break
            width = 2 if text[place] in tool.pairs and place + 1 < length else 1
            name = "-" + text[place : place + width]
            place += width
            if text.startswith("=", place):
                flags.append(ShellFlag(word, name, text[place + 1 :]))
                return at
            if not tool.takes_value(name, self.verb):
                flags.append(ShellFlag(word, name))
            elif place < length:
                flags.append(ShellFlag(word, name, text[place:]))
                return at
            elif at < len(words):
                flags.append(ShellFlag(word, name, words[at].text, words[at]))
                return at + 1
            else:
                flags.append(ShellFlag(word, name))
        return at

    def _old_style(self, tool: Tool, word: ShellWord, words: list[ShellWord], at: int) -> int:
        """``tar xzf a.tgz``: letters without a dash, whose values follow in order."""
        for letter in word.text:
            name = "-" + letter
            if tool.takes_value(name, "") and at < len(words):
                self.flags.append(ShellFlag(word, name, words[at].text, words[at]))
                at += 1
            else:
                self.flags.append(ShellFlag(word, name))
        return at
