"""Where command lines hold a credential, and where they only look as if they did."""

from __future__ import annotations

import pytest

from dlint.model.facts.credentials import of_command
from dlint.model.facts.worth import Worth
from dlint.source import Source as SourceText
from dlint.source import Span, Text
from dlint.syntax.shell import walk as shell

PW = "k7Rw2pQz"
HEX = "9f8c1b7a2e5d4c3b"

# A line with a credential, and the clean way to write the same.
TWINS = [
    (f"curl -u bot:{PW} https://h/f", "curl -u bot:$PW https://h/f"),
    (f"curl -sSLu bot:{PW} https://h/f", "curl -sSLu bot https://h/f"),
    (f"curl --user=bot:{PW} https://h/f", "curl --netrc-file /run/secrets/netrc https://h/f"),
    (f'curl -H "X-Key: {HEX}" https://h', 'curl -H "X-Key: $(cat /run/secrets/key)" https://h'),
    (f'curl -H "Authorization: Bearer {PW}" https://h', 'curl -H "Authorization: Bearer $TOKEN" https://h'),
    (f'curl -O "https://h/f?key={HEX}{HEX}"', 'curl -O "https://h/f?key=$KEY"'),
    (f"wget --password={PW} https://h", "wget --password=$PW https://h"),
    (f"wget --http-password {PW} https://h", "wget --ask-password https://h"),
    (f'wget --header="Authorization: token {PW}" https://h', 'wget --header="Accept: text/plain" https://h'),
    (f"./configure --with-license-key={HEX}", "./configure --with-license-key=/run/secrets/license"),
    (f"sshpass -p {PW} ssh -p 2222 a@h", "sshpass -f /run/secrets/pw ssh -p 2222 a@h"),
    (f"mysql -uroot -p{PW} -e 'select 1'", "mysql -uroot -p$PW -e 'select 1'"),
    (f"mysqldump --password={PW} shop", "mysqldump --password shop"),
    (f"mysqladmin password {PW}", 'mysqladmin password "$PW"'),
    (f"MYSQL_PWD={PW} mysql", "MYSQL_PWD=$(cat /run/secrets/pw) mysql"),
    (f"PGPASSWORD={PW} psql -h db", "PGPASSFILE=/run/secrets/pgpass psql -h db"),
    (f"psql postgres://app:{PW}@db/app", "psql postgres://app:$PW@db/app"),
    (f"psql -c \"CREATE USER app WITH PASSWORD '{PW}'\"", "psql -c \"CREATE USER app WITH PASSWORD '$PW'\""),
    (f"mysql -e \"CREATE USER app IDENTIFIED BY '{PW}'\"", 'mysql -e "CREATE USER app"'),
    (f"export API_PASSWORD={PW}", "export API_PASSWORD_FILE=/run/secrets/pw"),
    (f"redis-cli -a {PW} ping", "redis-cli -h cache ping"),
    (f"redis-server --requirepass {PW}", "redis-server --requirepass $PW"),
    (f"htpasswd -b -c /f ada {PW}", "htpasswd -i -c /f ada"),
    (f"htpasswd -nbB ada {PW}", "htpasswd -nB ada"),
    (f"useradd -p {PW} ada", "useradd -m ada"),
    (f"echo 'root:{PW}' | chpasswd", "chpasswd < /run/secrets/users"),
    (f"docker login -u x -p {PW} reg.corp", "docker login -u x --password-stdin reg.corp"),
    (f"skopeo copy --src-creds bot:{PW} docker://a dir:b", "skopeo copy --src-creds bot docker://a dir:b"),
    (f"docker run -e DB_PASSWORD={PW} x", "docker run -e DB_PASSWORD x"),
    (f"helm repo add c https://h --username u --password {PW}", "helm repo add c https://h --username u"),
    (f"kubectl create secret generic s --from-literal=password={PW}", "kubectl create secret generic s --from-file=pw"),
    (f"az login --service-principal -u x -p {PW}", "az login --identity"),
    (f"aws configure set aws_secret_access_key {PW}{PW}", "aws configure set region eu-central-1"),
    (f"npm config set //registry.npmjs.org/:_authToken {PW}{PW}", "npm config set registry https://r.corp"),
    (f"npm config set //r.corp/:_authToken={PW}{PW}", "npm config set //r.corp/:_authToken=${NPM_TOKEN}"),
    (f"pip install --index-url https://bot:{PW}@pypi.corp/simple x", "pip install --index-url https://pypi.corp/s x"),
    (f"composer config -g github-oauth.github.com {HEX}{HEX}", "composer config -g process-timeout 2000"),
    (f"bundle config gems.corp.test bot:{PW}", "bundle config mirror.https://rubygems.org https://gems.corp.test"),
    (f"poetry config http-basic.corp bot {PW}", "poetry config virtualenvs.create false"),
    (f"twine upload -u x -p {PW} dist/*", "twine upload dist/*"),
    (f"mvn deploy -Drepo.password={PW}", "mvn deploy -Drepo.password=${env.PW}"),
    (f"gradle publish -PnexusPassword={PW}", "gradle publish -PnexusUser=ada"),
    (f"git clone https://bot:{PW}@h/r.git", "git clone https://bot@h/r.git"),
    (
        f'git config --global url."https://{PW}9{PW}9abc:x-oauth-basic@github.com/".insteadOf https://github.com/',
        'git config --global url."https://github.com/".insteadOf git://github.com/',
    ),
    (f"openssl genrsa -passout pass:{PW} -out k", "openssl genrsa -passout file:/run/secrets/p -keyout k"),
    (f"keytool -genkeypair -storepass {PW}", "keytool -genkeypair -storepass:file /run/secrets/p"),
    (f"7z x -p{PW} a.7z", "7z x -y a.7z"),
    (f"unzip -P {PW} a.zip", "unzip -q a.zip"),
    (f"ldapadd -x -D cn=admin -w {PW}", "ldapadd -x -D cn=admin -y /run/secrets/p"),
    (f"mongosh -u a -p {PW} admin", "mongosh -u a admin"),
    (f"rabbitmqctl add_user ada {PW}", "rabbitmqctl list_users"),
    (f"vault login {PW}", "vault login -method=aws"),
    (f"gpg --batch --passphrase {PW} -d x", "gpg --batch --passphrase-file /run/secrets/p -d x"),
    (f"lftp -u bot,{PW} ftp://h", "lftp -u bot ftp://h"),
    (f'echo "machine h login bot password {PW}" > ~/.netrc', 'echo "machine h login bot password $PW" > ~/.netrc'),
    (rf"printf '[pypi]\npassword = {PW}\n' > ~/.pypirc", r"printf '[pypi]\nusername = ada\n' > ~/.pypirc"),
    (f"sudo env API_TOKEN={PW} ./install", "sudo env API_TOKEN=changeme ./install"),
    (f"sh -c 'exec ./serve --token={PW}'", "sh -c 'exec ./serve --token=$TOKEN'"),
]


def found(line: str) -> list[str]:
    script = shell.parse(Text.plain(SourceText("x", line), Span(0, len(line))))
    credentials = [c for command in reversed(script.commands) for c in of_command(command)]
    return [c.where.raw for c in credentials if c.worth is Worth.SECRET]


@pytest.mark.parametrize(("line", "clean"), TWINS, ids=[line.split(PW)[0].split(HEX)[0][:40] for line, _ in TWINS])
def test_a_credential_is_found_where_it_stands_and_its_clean_twin_is_none(line: str, clean: str) -> None:
    values = found(line)
    assert values and all(value.strip(f"{PW}{HEX}9abc") == "" for value in values)
    assert found(clean) == []


@pytest.mark.parametrize(
    "line",
    [
        "etcd --initial-cluster-token blue-1 --cluster-token blue-1",
        "app --token-file k7Rw2pQz --token-ttl 900",
        "adduser --disabled-password ada",
        "docker build --secret id=npm,src=.npmrc .",
        "mitmdump --mode reverse:https://h.test:443@8443",
        "ssh-keygen -N '' -f k",
        "openssl req -new -key server.key -keyout x",
        "sed -i 's/password=.*/password=x1y2z3/' f",
        "curl -H 'Cache-Key: home' https://h",
        "mysql --password shop",
        "git clone https://my-long-organisation-name@h/r.git",
    ],
)
def test_what_only_looks_like_a_credential(line: str) -> None:
    assert found(line) == []


def test_what_everybody_can_guess_is_told_apart() -> None:
    for line in ("mysql -uroot -proot", "curl -u admin:admin http://h", "redis-cli -a changeme"):
        script = shell.parse(Text.plain(SourceText("x", line), Span(0, len(line))))
        assert [c.worth for c in of_command(script.commands[0])] == [Worth.GUESSABLE]


def test_a_variable_that_the_file_sets_brings_its_value() -> None:
    line = "mysql -p$ROOT -e q"
    script = shell.parse(Text.plain(SourceText("x", line), Span(0, len(line))))
    (credential,) = of_command(script.commands[0], {"ROOT": PW}.get)
    assert (credential.through, credential.where.raw) == ("ROOT", "$ROOT")
    assert not list(of_command(script.commands[0], {"ROOT": "/run/secrets/x"}.get))


def test_a_continued_line_leads_to_the_characters_of_the_value() -> None:
    line = 'curl -sS \\\n  -H "X-Api-Token: k7Rw\\\n2pQz" https://h'
    script = shell.parse(Text.plain(SourceText("x", line), Span(0, len(line))))
    (credential,) = of_command(script.commands[0])
    assert credential.where.raw == "k7Rw\\\n2pQz"
