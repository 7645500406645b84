"""What is not given to ShellCheck is what it has nothing to say about: held to ShellCheck itself."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from dlint.shellcheck import process as shellcheck
from dlint.shellcheck import silent
from dlint.shellcheck.silent import is_silent

_DIALECTS = ("sh", "bash", "busybox", "dash")
_NAMES = ("A", "VERSION", "dir")
# DLINT_SEEDS: how many times as many are tried.
_SCRIPTS = 150 * int(os.environ.get("DLINT_SEEDS", "1"))
_WORDS = """
    a -y --no-install-recommends -o=x a=1 --a=b,c ./x /usr/bin/x ../a a/b:c @a/b@1 +x 0755 -c - -- -Rv % 1.2:3 x+ a@b.c
    %s $A ${A} $A/b -D${VERSION}x ${dir}/ $A:$A "$A" "${dir}/a b" "a b" "" '' 'a b' --x="y z" --x='y;z'
    a="$A" a='b "c" d'
    "it's" "a > b | c & d; e" "*.c" 'x*' 'a\\nb' 's/\\(a\\)/\\1/' "[a]" "{a,b}" "(x)" "#a" "~/x" "!a" "<a>" '[^a]$b'
    'a\\' x* /a/* ./*.c a*b *.c * ** "a"b 'a'b "a""b" $* a$A* ~ ~/x =x =
    /usr /usr/* / /* /tmp/* /var/cache/apk/* /a/../.. . .. .x a.* /etc/ //usr /var/lib/ $A/usr -rf -r -f -p -m --help
    --parents --force --recursive --symbolic --mode=7 -Rf -pv -a -sT
    -e -n -s -x pipefail -eux +x -o -euo -i -name exec . .* *.* 755 777 0 1 256 -1 root:root
    do done then fi if else case esac for in while function time select until let local test [ ] {}
""".split()
_KNOWN = "rm mkdir ln cp mv echo grep set export exit cat ls sed sleep bash sh : true cd sudo".split()


def _random_word(random_: random.Random) -> str:
    return random_.choice(_WORDS)


def _random_command(random_: random.Random) -> str:
    name = random_.choice(_KNOWN if random_.random() < 0.7 else sorted(silent._TOOLS))
    words = [name, *(_random_word(random_) for _ in range(random_.randrange(4)))]
    if random_.random() < 0.1:
        words.insert(0, "sudo")
    if random_.random() < 0.1:
        words.insert(0, random_.choice(("B=1", "B='x y'", 'C="a"', "A=2", "D=$A", "E=", "B=a C=b", "F=./*")))
    if random_.random() < 0.15:
        words.append(random_.choice((">/x", "> /x 2>&1", ">>/x", ">>/x", "2>/dev/null", ">$A", "</x", '>"a"', "> x")))
    return random_.choice((" ", " ", " \\\n    ")).join(words)


def _random_scripts(seed: int) -> Iterator[str]:
    random_ = random.Random(seed)
    while True:
        script = _random_command(random_)
        for _ in range(random_.randrange(3)):
            script += random_.choice((" && ", "; ", " && ", "; ", " | ", " || ")) + _random_command(random_)
        yield script


def _said(scripts: list[str], dialect: str) -> dict[str, list[int]]:
    """The codes of what ShellCheck says of each script."""
    told = "export " + " ".join(f"{name}=1" for name in _NAMES)
    asked = {f"# shellcheck shell={dialect}\n{told}\n{script}\n": script for script in scripts}
    check = shellcheck.ShellCheck()
    check.add(list(asked))
    check.start()
    try:
        return {asked[text]: [one.code for one in said] for text, said in check.collect().items()}
    finally:
        check.close()


@pytest.mark.skipif(not shellcheck.find(), reason="ShellCheck is not here")
@pytest.mark.parametrize("dialect", _DIALECTS)
def test_of_what_is_silent_shellcheck_says_nothing(dialect: str) -> None:
    """Chains of random commands, until there are enough that are not to be given to it."""
    source = _random_scripts(_DIALECTS.index(dialect))
    scripts: list[str] = []
    while len(scripts) < _SCRIPTS:
        script = next(source)
        if is_silent(script, dialect, _NAMES):
            scripts.append(script)
    said = _said(scripts, dialect)
    assert len(said) == len(set(scripts))
    assert {script: codes for script, codes in said.items() if codes} == {}


@pytest.mark.parametrize(
    "script",
    [
        "apt-get update && apt-get install -y a=1.2:3 b && rm -rf /var/lib/apt/lists/* /tmp/x",
        'set -eux; \\\n    curl -fsSL -o /x "https://example.org/${VERSION}"; chmod 0755 /x',
        "curl -fsSL https://example.org/x | tar -xz -C /opt",
        'echo "$A  /x" | sha256sum -c -',
        "cd /src && ./configure --prefix=/usr && make -j4 && make install",
        "DEBIAN_FRONTEND=noninteractive apt-get install -y a",
        "pg_isready -U $A || exit 1",
        "sed -i 's/a/b/' /etc/x",
        "mkdir --parents /x && rm --force --recursive /x/y && rm -Rf /var/cache/apk/*",
        "echo a shared/b select true | /usr/bin/debconf-set-selections",
        "apt-key add - < /x.key && python3.11 -m venv /v && easy_install-2.7 a",
        "mkdir -p /a/b c && ln -s /a /b && mv /c d && useradd -r -u 10 app",
        "echo 'a b' >> /etc/x && pip install 'a>=1' && npm i -g @a/b@1",
    ],
)
def test_most_scripts_are_silent(script: str) -> None:
    assert is_silent(script, "dash", _NAMES)


@pytest.mark.parametrize(
    "script",
    [
        "npm i; cd x", "npm i $x", "apt-get update & ", "npm run done", "rm -rf /usr", "rm -rf /*", "npm i 'a",
        "echo -e a", "mkdir -m 700 -p /a/b", "ln -s a", "rm -rf $A/*", "cp *.c /x", "if npm i", "npm i # a",
        "npm i ~/a", "A=$A npm", "cat /x | grep a", "echo a | chmod 0755", "npm i && npm t || npm x", "sudo cat >/x",
        "find / -name *.c", "A=1 npm $A", "export a", "set -o pipefail", "npm i `a`", "npm i $(a)",
        "[ -f x ] && npm i", "(npm i)", "echo 'a\\n'", "", "ls | grep a",
    ],
)  # fmt: skip
def test_what_may_be_minded_is_given_to_shellcheck(script: str) -> None:
    assert not is_silent(script, "dash", _NAMES)


def test_what_only_bash_knows_is_silent_there() -> None:
    assert is_silent("set -euo pipefail && npm i", "bash", ())
    assert not is_silent("set -euo pipefail && npm i", "dash", ())
