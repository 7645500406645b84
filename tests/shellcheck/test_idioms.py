"""What ShellCheck minds and is deliberate in a build step, in which words it is said, and what is proposed."""

from __future__ import annotations

import pytest

from dlint.library import report_files
from dlint.rule.finding import Finding
from dlint.shellcheck import process as shellcheck

pytestmark = pytest.mark.skipif(not shellcheck.find(), reason="ShellCheck is not here")


def found(run: str, base: str = "debian:12", **options: object) -> list[Finding]:
    config = {"preset": "strict", "select": ["shellcheck"], "rules": {"shellcheck": {"level": "style", **options}}}
    return report_files({"Dockerfile": f"FROM {base}\n{run}\n"}, config=config).visible


def codes(run: str, base: str = "debian:12", **options: object) -> list[str]:
    return sorted({finding.rule.name for finding in found(run, base, **options)})


IDIOMS = [
    ('RUN for x in one; do a "$x"; done', "SC2043"),
    ("RUN mix do deps.get, compile", "SC1010"),
    ("RUN CGO_ENABLED= go build", "SC1007"),
    ("RUN ARCH= OS='linux*' && a \"$ARCH$OS\"", "SC1007"),
    ("RUN for i in 1 2 3; do a && break; done", "SC2034"),
    ("RUN /opt/python-*/bin/pip x", "SC2211"),
    ("RUN ((cd a && make) || true)", "SC1105"),
    ("RUN curl -w %{http_code} x", "SC1083"),
    ("RUN git show HEAD@{1}", "SC1083"),
    ("RUN . ./APKBUILD && a $makedepends/x", "SC2154"),
    ('RUN buildDeps="a b" set -x && a "$buildDeps"', "SC2154"),
    ("RUN buildDeps='a b' && apt-get install -y $buildDeps", "SC2086"),
    ("RUN make -j $(nproc)", "SC2046"),
    ("RUN ./configure $(test x = y && echo --z)", "SC2046"),
    ("RUN echo 'a:$PATH' >> /x", "SC2016"),
    ("RUN wget 'https://example.org/a$b/c.zip'", "SC2016"),
    ("RUN ./config -Wl,-rpath,'$(LIBRPATH)'", "SC2016"),
    ("RUN su app -c 'a $HOME/b'", "SC2016"),
    ("RUN sed -i -e 's~^;?(a)~$b~' -e 's~c~${D}~' /x", "SC2016"),
    ("RUN find -name x", "SC2185"),
    ("RUN make; cd /x", "SC2164"),
    ('RUN export GNUPGHOME="$(mktemp -d)" && gpg --list-keys', "SC2155"),
    ("RUN mkdir -p -m 0700 ~/.ssh && ssh-keyscan example.org >> ~/.ssh/known_hosts", "SC2174"),
    ('RUN a; mkdir -pm 755 "$HOME/.cache/" \\\n  /etc/apt/ /srv', "SC2174"),
    ("RUN [ `ls /x | wc -l` != 3 ] && false", "SC2046"),
    ('RUN a | tr -d "[\']" > b', "SC2021"),
    ("RUN a | tr -d '[\",]' > b", "SC2021"),
    ("RUN a | tr '[A-Z]' '[a-z]' > b", "SC2021"),
    ("RUN a | tr '[A-Z]' \\\n  '[a-z]' > b", "SC2021"),
    ("RUN a | tr -d '\\' > b", "SC1003"),
    ("RUN a | tr '\\\\' '/' > b", "SC1003"),
    ("RUN a | grep -E '\\$(b|c)' > d", "SC2016"),
    ("RUN dash -c 'echo \"$1\"' x y", "SC2016"),
    ("RUN grep '-' /etc/*.conf > b", "SC2062"),
]


@pytest.mark.parametrize(("run", "code"), IDIOMS)
def test_an_idiom_is_no_finding_but_where_all_is_wanted(run: str, code: str) -> None:
    assert code not in codes(run)
    assert code in codes(run, **{"as-is": True, "plain-sh": True})


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ('RUN for x in one; do a "$x"; done; cd y; make', "SC2164"),
        ("RUN export X=$(curl https://example.org/x) && echo $X", "SC2155"),
        ("RUN if a then; b; fi", "SC1010"),
        ("RUN X= 1", "SC1007"),
        ("RUN for i in 1 2 3; do x=1; a && break; done", "SC2034"),
        ("RUN a $makedepends/x && . ./APKBUILD", "SC2154"),
        ('RUN buildDeps=a make && b "$buildDeps"', "SC2154"),
        ("RUN mkdir -p -m 0700 ~/.config/a", "SC2174"),
        ("RUN mkdir -p -m 755 ~/.ssh /a/b", "SC2174"),
        ("RUN a $name/x", "SC2086"),
        ("RUN a $(b)", "SC2046"),
        ("RUN a '$b'", "SC2016"),
        ("RUN a | tr -d '[a-z]' > b", "SC2021"),
        ("RUN a | tr '[a-z]' x > b", "SC2021"),
        ("RUN a | tr '[a-z]' '[A-Y]' > b", "SC2021"),
        ("RUN a | grep '$(b)' > d", "SC2016"),
        ("RUN grep b* /etc/c > d", "SC2062"),
        ("RUN echo 'it\\'s", "SC1003"),
    ],
)
def test_what_only_looks_like_one_is_a_finding(run: str, code: str) -> None:
    assert code in codes(run)


def test_brackets_of_a_package_are_said_to_be_a_pattern() -> None:
    (finding,) = found("RUN pip install -e .[test]")
    assert finding.rule.name == "SC2102" and "quote the word" in finding.message


def test_a_script_that_cannot_be_read_is_one_finding() -> None:
    for run in ("RUN if a; then b", "RUN for i in 1; a; done", "RUN f() { a", "RUN echo 'x"):
        assert len(codes(run)) == 1, run
        assert len(codes(run, **{"as-is": True})) > 1 or run == "RUN echo 'x"
    assert codes("RUN if a; then b") == ["SC1046"]


def test_alpine_takes_a_pattern_that_dash_refuses() -> None:
    assert codes("RUN ls [^.]*", "alpine:3.22") == []
    assert codes("RUN ls [^.]*") == ["SC3026"]


def test_a_message_names_the_shell_that_runs() -> None:
    minded = [one for one in found("RUN echo ${x^}", "alpine:3.22") if one.rule.name[:3] == "SC3"]
    assert [one.message.partition(",")[0] for one in minded] == ["In BusyBox's sh"]
    (dash,) = [one for one in found("RUN source x") if one.rule.name == "SC3046"]
    assert dash.message.startswith("In dash, ")


def test_behind_another_shell_its_words_are_known() -> None:
    assert codes("RUN ln -sf bash /bin/sh && source x") == []
    assert codes("RUN source x && ln -sf bash /bin/sh") == ["SC3046"]


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ("RUN cd /x; a", "If cd fails, what follows runs in the wrong directory; join it with &&, or use WORKDIR"),
        ("RUN a $name/x", "name is set nowhere: by no ARG, no ENV and not by the script"),
        ("RUN name=1; a", "name is set and never used in this step; a step keeps no variables for the next one"),
    ],
)
def test_the_commonest_remarks_are_said_for_a_dockerfile(run: str, message: str) -> None:
    assert message in [finding.message for finding in found(run)]
    assert message not in [finding.message for finding in found(run, **{"as-is": True})]


@pytest.mark.parametrize(
    ("run", "title"),
    [
        ("RUN a x$name", "Quote the variable; its value is then one word, also where it is empty"),
        ("RUN cd $name && a", "Quote the variable; its value is then one word, also where it is empty"),
        ("RUN ./configure $name", None),
        ("RUN ./configure x$MY_OPTS", None),
        ("RUN ./configure ${CFLAGS}x", None),
    ],
)
def test_quotes_are_proposed_where_one_word_is_meant(run: str, title: str | None) -> None:
    (finding,) = [one for one in found(run) if one.rule.name == "SC2086"]
    assert (finding.fix.title if finding.fix is not None else None) == title
