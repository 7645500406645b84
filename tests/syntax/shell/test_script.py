"""Shell text is read into commands as a shell reads it, every word with its exact place in the file."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlint.source import Source, Span, Text
from dlint.syntax.shell import walk as shellwalk
from dlint.syntax.shell.script import Script, ShellCommand


def read(text: str, before: str = "", after: str = "", dialect: str = "bash") -> Script:
    source = Source("Dockerfile", before + text + after)
    return shellwalk.parse(Text.plain(source, Span(len(before), len(before) + len(text))), dialect=dialect)


def said(script: Script) -> list[str]:
    """Every command as its name and words, joined; those run by another command behind what runs them."""
    return [
        " ".join([*(f"{via}>" for via in c.via), c.name or "=", *(word.text for word in c.words)])
        for c in script.commands
    ]


def only(text: str) -> ShellCommand:
    (command,) = read(text).commands
    return command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b; c && d || e & f | g |& h\ni", ["a b", "c", "d", "e", "f", "g", "h", "i"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("while a; do b; done; until c; do d; done", ["a", "b", "c", "d"]),
        ("for i in x $(a); do b $i; done", ["a", "b ${i}"]),
        ("case $(a) in x) b;; y|z) c;; *) d; esac", ["a", "b", "c", "d"]),
        ("f() { a; }; function g { b; }", ["a", "b"]),
        ("(a; (b)); { c; }", ["a", "b", "c"]),
        ("((a; b) || c)", ["a", "b", "c"]),
        ("(( find . | rm || true )) && b", ["find .", "rm", "true", "b"]),
        ("(( x++ )); a", ["a"]),
        ("x=$((1 << 2)) a", ["a"]),
        ("! a; ! { b; }; find . ! -x", ["a", "b", "find . ! -x"]),
        ("[ -f $(a) ] && b; [[ x && y ]] || c; test d", ["a", "b", "c", "test d"]),
        ('a "x $(b "c d")" `e`', ['a x $(b "c d") $(e)', "b c d", "e"]),
        ("a <(b) >(c)", ["a <(b) >(c)", "b", "c"]),
        ("a ${x:-$(b)}", ["a ${x:-$(b)}", "b"]),
        ("export A=1 B; local c; unset D", ["export A=1 B", "local c", "unset D"]),
        ("A=1; B=2 C=$(x)", ["=", "=", "x"]),
        ("a # b; c\nd", ["a", "d"]),
        ("echo a#b '#c' \\#d", ["echo a#b #c #d"]),
        ("/usr/bin/apt-get x; ./run.sh; $X/bin/pip y; $CMD", ["apt-get x", "run.sh", "pip y", "${CMD}"]),
        ("a=$X:$Y/bin b; export P=$X-$Y-`c`", ["b", "export P=${X}-${Y}-$(c)", "c"]),
        ("a x-$B-$C.z y_`d`", ["a x-${B}-${C}.z y_$(d)", "d"]),
        ("$X=1 a", ["${X}=1 a"]),
        ("", []),
        (" \t\n", []),
    ],
)
def test_commands(text: str, expected: list[str]) -> None:
    script = read(text)
    assert (said(script), script.has_error) == (expected, False)


@pytest.mark.parametrize(
    ("word", "text", "literal"),
    [
        ("abc", "abc", True),
        ("'a b'", "a b", True),
        ('"a b"', "a b", True),
        ("a'b'\"c\"d", "abcd", True),
        ("a\\ b\\'", "a b'", True),
        ('"a\\"b\\$c\\d\\`"', 'a"b$c\\d`', True),
        ("'a\\b'", "a\\b", True),
        ("$'a\\tb\\x41\\u00e9\\'c'", "a\tbAé'c", True),
        ("$'\\ud800'", "\ufffd", True),
        ("a$", "a$", True),
        ("\\$X", "$X", True),
        ("'$X'", "$X", True),
        ("*.d/{a,b}~", "*.d/{a,b}~", True),
        ("$X", "${X}", False),
        ("${X}", "${X}", False),
        ('"a $X b"', "a ${X} b", False),
        ("$1$@$?", "${1}${@}${?}", False),
        ("${X:-a b}", "${X:-a b}", False),
        ("$(a 'b')", "$(a 'b')", False),
        ("`a \\`b\\``", "$(a `b`)", False),
        ("$((1 + 2))", "$((1 + 2))", False),
        ("<(a)", "<(a)", False),
        ("é'ö'", "éö", True),
    ],
)
def test_a_word_without_its_quotes(word: str, text: str, literal: bool) -> None:
    (found,) = read(f"x {word}").commands[0].words
    assert (found.text, found.literal, found.raw) == (text, text if literal else None, word)


@pytest.mark.parametrize(
    ("word", "quoted"), [("a'b'", True), ('"a"', True), ("ab", False), ("$(x 'y')", False), ("\\'a", False)]
)
def test_quoted(word: str, quoted: bool) -> None:
    assert read(f"x {word}").commands[0].words[0].quoted is quoted


def test_a_command_knows_what_stands_before_it() -> None:
    script = read("a && b || c; d | e |& f & g\nh && (i; j) && k $(l)")
    assert [(c.name, c.operator_before) for c in script.commands] == [
        ("a", ""), ("b", "&&"), ("c", "||"), ("d", ";"), ("e", "|"), ("f", "|&"), ("g", "&"), ("h", "\n"),
        ("i", "&&"), ("j", ";"), ("k", "&&"), ("l", ""),
    ]  # fmt: skip
    assert [separator.raw for separator in script.separators] == [
        "&&", "||", ";", "|", "|&", "&", "&&", ";", "&&",
    ]  # fmt: skip
    assert [c.index for c in script.commands] == list(range(12))


def test_commands_whose_failure_is_looked_at() -> None:
    script = read("if a && b; then c; elif d; then e; fi; while f; do g; done; h || i | j; k && l || { m; n; }; o")
    assert "".join(c.name for c in script.commands if c.conditional) == "abdfijmn"


def test_pipes() -> None:
    script = read("a | b x |& c; d && e | (f; g) | h $(i | j); k")
    assert [[[c.name for c in stage] for stage in pipe.stages] for pipe in script.pipes] == [
        [["a"], ["b"], ["c"]],
        [["e"], ["f", "g"], ["h"]],
        [["i"], ["j"]],
    ]
    assert [pipe.raw for pipe in script.pipes] == ["a | b x |& c", "e | (f; g) | h $(i | j)", "i | j"]
    assert [c.name for c in script.commands if c.pipe is None] == ["d", "k"]
    assert [c.name for c in script.pipes[0].commands] == ["a", "b", "c"]


def test_what_runs_under_a_wrapper_is_in_its_pipe() -> None:
    script = read("curl x | sudo -E bash -s")
    assert [c.name for c in script.pipes[0].commands] == ["curl", "sudo", "bash"]


@pytest.mark.parametrize(
    ("text", "pipefail", "errexit", "pipes"),
    [
        ("set -o pipefail; a | b", True, False, [True]),
        ("set -euxo pipefail && a | b", True, True, [True]),
        ("set -eo pipefail -u; a | b", True, True, [True]),
        ("set -e; a | b", False, True, [False]),
        ("set -o errexit -o pipefail", True, True, []),
        ("a | b; set -o pipefail; c | d", False, False, [False, True]),
        ("(set -o pipefail; a | b); c | d", False, False, [True, False]),
        ("set -o pipefail; set +o pipefail; a | b", True, False, [False]),
        ("bash -o pipefail -c 'a | b'; c | d", False, False, [True, False]),
        ("bash -c 'set -o pipefail; a | b'; c | d", False, False, [True, False]),
        ("echo set -o pipefail; a | b", False, False, [False]),
        ("set -- -o pipefail; a | b", False, False, [False]),
    ],
)
def test_pipefail_and_errexit(text: str, pipefail: bool, errexit: bool, pipes: list[bool]) -> None:
    script = read(text)
    assert (script.sets_pipefail, script.sets_errexit) == (pipefail, errexit)
    assert [pipe.pipefail for pipe in script.pipes] == pipes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sudo -E -u www a -u b", ["sudo -E -u www a -u b", "sudo> a -u b"]),
        ("sudo A=1 B=2 a", ["sudo A=1 B=2 a", "sudo> a"]),
        ("sudo -u $(a) b $(c)", ["sudo -u $(a) b $(c)", "a", "sudo> b $(c)", "c"]),
        ("sudo -l a", ["sudo -l a"]),
        ("sudo", ["sudo"]),
        ("env -i -u X A=1 a", ["env -i -u X A=1 a", "env> a"]),
        ("env -S 'a b'", ["env -S a b", "env -S> a b"]),
        ("env", ["env"]),
        ("xargs -0 -n 1 a -n", ["xargs -0 -n 1 a -n", "xargs> a -n"]),
        ("xargs -r < f a b > g", ["xargs -r a b", "xargs> a b"]),
        ("xargs -I{} -P4 sh -c 'a {}'", ["xargs -I{} -P4 sh -c a {}", "xargs> sh -c a {}", "xargs> sh -c> a {}"]),
        ("exec a", ["exec a", "exec> a"]),
        ("exec > f", ["exec"]),
        ("command a; command -v b", ["command a", "command> a", "command -v b"]),
        ("time -p a; nice -n 5 b; nice -10 c; nohup d", [
            "time -p a", "time> a", "nice -n 5 b", "nice> b", "nice -10 c", "nice> c", "nohup d", "nohup> d",
        ]),
        ("timeout -k 1 5s a -k", ["timeout -k 1 5s a -k", "timeout> a -k"]),
        ("chroot --userspec=1 /x a", ["chroot --userspec=1 /x a", "chroot> a"]),
        ("gosu app a", ["gosu app a", "gosu> a"]),
        ("busybox a b; busybox --install -s", ["busybox a b", "busybox> a b", "busybox --install -s"]),
        ("tini -- a", ["tini -- a", "tini> a"]),
        ("sh -c 'a b; c'", ["sh -c a b; c", "sh -c> a b", "sh -c> c"]),
        ("/bin/bash -lexo pipefail -c \"a 'b c'\" d", [
            "bash -lexo pipefail -c a 'b c' d", "bash -c> a b c",
        ]),
        ("bash -c -e 'a'", ["bash -c -e a", "bash -c> a"]),
        ("bash --rcfile x -c a", ["bash --rcfile x -c a", "bash -c> a"]),
        ("bash a -c b; sh x.sh; bash", ["bash a -c b", "sh x.sh", "bash"]),
        ('sh -c "a \\"b\\" $C $(d)"', ['sh -c a "b" ${C} $(d)', "sh -c> a b ${C} ${_}", "d"]),
        ("su - app -c 'a; b'", ["su - app -c a; b", "su -c> a", "su -c> b"]),
        ("su -c a app", ["su -c a app", "su -c> a"]),
        ("su --command='a b' app", ["su --command=a b app", "su --command> a b"]),
        ("runuser -u app -- a b", ["runuser -u app -- a b", "runuser> a b"]),
        ("python3 -m pip install x", ["python3 -m pip install x", "python3 -m> pip install x"]),
        ("python -u -m pip --no-cache-dir install x", [
            "python -u -m pip --no-cache-dir install x", "python -m> pip --no-cache-dir install x",
        ]),
        ("python3 -m http.server; python3 x.py -m pip", ["python3 -m http.server", "python3 x.py -m pip"]),
        ("sudo env A=1 sh -c 'sudo a'", [
            "sudo env A=1 sh -c sudo a", "sudo> env A=1 sh -c sudo a", "sudo> env> sh -c sudo a",
            "sudo> env> sh -c> sudo a", "sudo> env> sh -c> sudo> a",
        ]),
        ("nice nice nice nice nice a", [
            "nice nice nice nice nice a", "nice> nice nice nice nice a", "nice> nice> nice nice nice a",
            "nice> nice> nice> nice nice a", "nice> nice> nice> nice> nice a",
        ]),
    ],
)  # fmt: skip
def test_commands_that_run_others_are_seen_through(text: str, expected: list[str]) -> None:
    assert said(read(text)) == expected


def test_what_is_inside_sh_c_has_its_exact_place() -> None:
    script = read('sudo bash -c "apt-get \\"install\\" -y \'curl\' && rm \\$x"', before="FROM a\nRUN ")
    inner = [c for c in script.commands if len(c.via) == 2]
    assert [c.raw for c in inner] == ["apt-get \\\"install\\\" -y 'curl'", "rm \\$x"]
    assert [w.raw for c in inner for w in c.words] == ['\\"install\\"', "-y", "'curl'", "\\$x"]
    assert [w.text for c in inner for w in c.words] == ["install", "-y", "curl", "${x}"]
    assert [c.operator_before for c in inner] == ["", "&&"]


def test_a_wrapped_command_shares_the_surroundings() -> None:
    script = read("A=1 sudo x > f || B=2 sudo y")
    x, y = script.by_name["x"][0], script.by_name["y"][0]
    assert [(a.name, a.value) for a in x.assignments] == [("A", "1")]
    assert [r.raw for r in x.redirects] == ["> f"]
    assert (y.operator_before, y.conditional) == ("||", True)


def test_assignments_and_redirects() -> None:
    command = only('A=1 B= C="x y" D=$Z 3<in x > out 2>&1 y >>"log" <<<here z')
    assert [(a.name, a.value) for a in command.assignments] == [("A", "1"), ("B", ""), ("C", "x y"), ("D", None)]
    assert [(r.fd, r.operator, r.target.text if r.target else "", r.raw) for r in command.redirects] == [
        (3, "<", "in", "3<in"),
        (None, ">", "out", "> out"),
        (2, ">&", "1", "2>&1"),
        (None, ">>", "log", '>>"log"'),
        (None, "<<<", "here", "<<<here"),
    ]
    assert (command.name, [w.text for w in command.words]) == ("x", ["y", "z"])


def test_a_redirect_belongs_to_the_command_it_follows() -> None:
    script = read("a && b > x; c | d > y; (e) > z; { f; } > w; g $(h > i)")
    assert [(c.name, [r.raw for r in c.redirects]) for c in script.commands] == [
        ("a", []), ("b", ["> x"]), ("c", []), ("d", ["> y"]), ("e", []), ("f", []), ("g", []), ("h", ["> i"]),
    ]  # fmt: skip


HEREDOCS = [
    ("cat <<EOF > f && b\nx; y\nEOF\nc", ["cat", "b", "c"]),
    ("cat <<EOF | grep x; d\nbody\nEOF\n", ["cat", "grep x", "d"]),
    ("cat <<EOF -x\nbody $(b `c`) ${X:-$(e)}\nEOF\nd", ["cat -x", "b $(c)", "c", "e", "d"]),
    ("cat <<'EOF'\n$(b)\nEOF\nd", ["cat", "d"]),
    ("cat <<-E\n\t\t$(b)\n\tE\nd", ["cat", "b", "d"]),
    ("cat <<A <<B; x\n1\nA\n2\nB\ny", ["cat", "x", "y"]),
    ("bash <<EOF\na \\$b $(c)\nd\nEOF\n", ["bash", "bash <<> a ${b} ${_}", "c", "bash <<> d"]),
    ("<<EOT bash -e\nset -x\na $(b)\nEOT", ["bash -e", "bash <<> set -x", "bash <<> a ${_}", "b"]),
    ("bash <<'EOF'\na \"$(b)\"\nEOF", ["bash", "bash <<> a $(b)", "bash <<> b"]),
    ("bash x.sh <<EOF\na\nEOF", ["bash x.sh"]),
    ("python3 <<EOF\nimport x; y()\nEOF", ["python3"]),
    ('a "$(cat <<E\nhi; there\nE\n)" b', ["a $(cat <<E\nhi; there\nE\n) b", "cat"]),
    ("a <<E &&\nx\nE\nb", ["a", "b"]),
    ("a <<< x; b '<<E' \"<<E\" $((1<<2)); c", ["a", "b <<E <<E $((1<<2))", "c"]),
    ("# <<E\na", ["a"]),
]


@pytest.mark.parametrize(("text", "expected"), HEREDOCS)
def test_heredocs(text: str, expected: list[str]) -> None:
    script = read(text)
    assert (said(script), script.has_error) == (expected, False)


def test_a_heredoc_is_a_redirect_with_a_body() -> None:
    script = read("cat 3<<-'EOF' > f; z\n\tone\n\ttwo\n\tEOF\n", before="RUN ")
    redirect, other = script.commands[0].redirects
    assert (redirect.fd, redirect.operator, redirect.raw, redirect.target) == (3, "<<-", "3<<-'EOF'", None)
    assert redirect.body is not None
    assert redirect.body.raw == "\tone\n\ttwo\n"
    assert other.raw == "> f"
    assert [c.raw for c in script.commands] == ["cat", "z"]


def test_commands_in_a_heredoc_have_their_exact_place() -> None:
    script = read("<<EOF bash\n  apt-get \\\n    install é $(date +%s)\nEOF\n", before="# ü\nRUN ")
    assert [c.raw for c in script.commands] == ["bash", "apt-get \\\n    install é $(date +%s)", "date +%s"]


def test_an_unterminated_heredoc_is_an_error() -> None:
    script = read("cat <<EOF\nx; y")
    assert (said(script), script.has_error) == (["cat"], True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a; b 'x", ["a"]),
        ("a; ) b", ["a", "b"]),
        ("a && if b; then c", ["a", "b"]),
        ("a | | b", ["a", "b"]),
    ],
)
def test_what_is_sure_is_kept_when_the_rest_is_no_shell(text: str, expected: list[str]) -> None:
    script = read(text)
    assert script.has_error
    assert [name for name in said(script) if name in expected] == expected


def test_lines_the_builder_joins_are_one_line() -> None:
    script = read("su\\\ndo apt\\\n-get up\\\ndate \\\n  && a # b \\\n c", before="RUN ")
    assert said(script) == ["sudo apt-get update", "sudo> apt-get update", "a"]
    assert [c.raw for c in script.commands] == ["su\\\ndo apt\\\n-get up\\\ndate", "apt\\\n-get up\\\ndate", "a"]
    assert [w.raw for w in script.commands[0].words] == ["apt\\\n-get", "up\\\ndate"]


def test_lines_of_a_heredoc_are_the_shell_s() -> None:
    # Behind the first line end nothing is joined: a comment ends with its line.
    script = read("set -e\n# a \\\nb 'c\\\nd' \\\n  e\nf\\\ng")
    assert said(script) == ["set -e", "b c\\\nd e", "fg"]


def test_carriage_returns_do_not_end_words() -> None:
    assert said(read("a \\\r\n b\r\n", dialect="sh")) == ["a b"]


def test_places_are_those_of_the_file() -> None:
    # Every character outside ASCII is more than one byte, and the text is not the file's.
    source = Source("x", "é€😀 install '😀' --yes")
    text = Text(source, Span(0, len(source.text)), "apt €😀 install '😀' --yes", [(0, 0), (4, 1)])
    (command,) = shellwalk.parse(text).commands
    assert [(w.text, w.raw) for w in command.words] == [
        ("€😀", "€😀"), ("install", "install"), ("😀", "'😀'"), ("--yes", "--yes"),
    ]  # fmt: skip
    assert command.name == "apt"


@pytest.mark.parametrize("dialect", ["powershell", "cmd"])
def test_shells_of_windows_have_commands_and_no_pipes(dialect: str) -> None:
    script = read("a | b", dialect=dialect)
    assert [command.name for command in script.commands] == ["a", "b"]
    assert (script.posix, script.pipes, script.separators) == (False, [], [])
    assert not script.has_error


@pytest.mark.parametrize("dialect", ["other", "fish"])
def test_other_shells_have_no_commands(dialect: str) -> None:
    script = read("a | b", dialect=dialect)
    assert (script.posix, script.commands, script.pipes, script.separators) == (False, [], [], [])
    assert not script.has_error


def test_commands_by_name() -> None:
    script = read("pip3.11 a; sudo pip3 b; bundler c; pip d; A=1")
    assert {name: len(commands) for name, commands in script.by_name.items()} == {
        "pip3.11": 1, "pip": 3, "sudo": 1, "pip3": 1, "bundler": 1, "bundle": 1, "": 1,
    }  # fmt: skip
    assert script.names == frozenset(script.by_name)
    assert script.commands[0].tool == "pip"


def test_the_grammar_is_loaded_when_a_script_needs_it() -> None:
    code = (
        "import sys\nfrom dlint.source import Source, Span, Text\nfrom dlint.syntax.shell import walk\n"
        "plain, grouped = (walk.parse(Text.plain(Source('x', t), Span(0, len(t)))) for t in ('a && b', '(a)'))\n"
        "assert plain.commands[1].name == 'b'\nassert 'tree_sitter._binding' not in sys.modules\n"
        "assert grouped.commands[0].name == 'a'\nassert 'tree_sitter._binding' in sys.modules\n"
        "assert 'typing' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


HOSTILE = {
    "parentheses": "(" * 10_000 + "a" + ")" * 10_000,
    "substitutions": "$(" * 10_000 + "a" + ")" * 10_000,
    "open quotes": 'a "$(' * 5_000,
    "backquotes": "a `" * 10_000,
    "words": "a " + "b " * 100_000,
    "continued lines": "a \\\n " * 10_000 + "b",
    "lists": "a && " * 10_000 + "b",
    "pipes": "a | " * 10_000 + "b",
    "wrappers": "sudo " * 10_000 + "a",
    "shells": 'sh -c "' * 300,
    "heredocs": "".join(f"a <<{n} " for n in range(500)) + "\n" + "".join(f"x\n{n}\n" for n in range(500)),
    "redirects": "{ " + "a; " * 5_000 + "} " + "> f " * 5_000,
    "cluster": "tar -" + "x" * 100_000,
    "braces": "a ${b:-" * 5_000,
    "controls": "".join(map(chr, range(1, 32))) * 100 + "\0" * 100,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read(text: str) -> None:
    for command in read(text).commands:
        assert command.span[0] <= command.span[1] <= len(text)
        for node in (*command.flags, *command.words, *command.redirects, *command.assignments):
            assert 0 <= node.span[0] <= node.span[1] <= len(text)


PIECES = [
    "a", "b c", "sudo ", "sh -c ", "bash -c '", "env A=1 ", "xargs ", "pip install -r ", "'", '"', "$X", "${X:-", "}",
    "$(", ")", "`", "\\", "\\\n", "\n", " ", ";", "&&", "||", "|", ">", "<", "<<E", "<<-'E' ", "\nE\n", "#", "!", "{ ",
    "( ", "if ", "; then ", "; fi", "case x in ", "esac", ";;", "é", "😀", "<<<", "=", "$((", "\0", "\r", "--x=",
    "-ab", "su -c",
]  # fmt: skip


def check_everything(text: str, before: str) -> None:
    script = read(text, before=before, after="\nEND")
    low, high = len(before), len(before) + len(text)
    nodes = [*script.commands, *script.pipes, *script.separators]
    for index, command in enumerate(script.commands):
        assert command.index == index
        assert command.script is script
        nodes += [command.name_node, *command.words, *command.assignments, *command.redirects, *command.flags]
        for word in command.words:
            assert word.literal in (None, word.text)
            assert command.span[0] <= word.span[0] <= word.span[1] <= command.span[1]
            if word.raw.isalnum():
                assert word.text == word.raw
        assert set(command.arguments) <= set(command.words)
        if command.pipe is not None:
            assert command in command.pipe.commands
    for node in nodes:
        assert low <= node.span[0] <= node.span[1] <= high
    assert [c.span[0] for c in script.commands] == sorted(c.span[0] for c in script.commands)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["", "é\n", "RUN "]))
def test_any_shell_like_text_is_read_and_places_lie_in_it(text: str, before: str) -> None:
    check_everything(text, before)


@example("/")
@given(st.text(max_size=60))
def test_any_text_is_read_and_places_lie_in_it(text: str) -> None:
    check_everything(text, "# ß\n")
