"""Where scripts of PowerShell and command lines of Windows hold a credential, and where they only look so."""

from __future__ import annotations

import pytest

from dlint.model.facts.credentials import of_command
from dlint.model.facts.powershell_credentials import in_powershell
from dlint.model.facts.worth import Worth
from dlint.source import Source, Span, Text
from dlint.syntax.shell.walk import parse

PW = "k7Rw2pQz"
LONG = "k7Rw2pQzk7Rw2pQz"

SCRIPTS = [
    (f"$env:API_PASSWORD = '{PW}'", "$env:API_PASSWORD = $env:OTHER"),
    (f'${{env:API_PASSWORD}}="{PW}"', "$env:PASSWORD_FILE = 'C:\\secrets\\pw'"),
    (f"$password = '{PW}'", "$password = Get-Content C:\\pw"),
    (
        f"iwr https://h -Headers @{{'Authorization'='Bearer {LONG}'}}",
        'iwr https://h -Headers @{Authorization="Bearer $t"}',
    ),
    (f"$h['X-Api-Key'] = '{LONG}'", "@{ PublicKeyToken = '31bf3856ad364e35' }"),
    (f"$c.Headers.Add('Authorization', 'token {LONG}')", "$c.Headers.Add('Accept', 'text/plain; q=0.123456')"),
    (f"[Environment]::SetEnvironmentVariable('DB_PASSWORD', '{PW}', 'Machine')", "[Environment]::Exit('1', '2')"),
    (f"ConvertTo-SecureString -String '{PW}' -AsPlainText -Force", "ConvertTo-SecureString $pw -AsPlainText -Force"),
    (f"ConvertTo-SecureString -AsPlainText -Force {PW}", f"ConvertTo-SecureString '{PW}' -Key $key"),
    (f"'{PW}' | ConvertTo-SecureString -AsPlainText -Force", "$pw | ConvertTo-SecureString -AsPlainText -Force"),
    (f"New-Object Net.NetworkCredential('ada', '{PW}')", "New-Object Net.NetworkCredential('ada', $pw)"),
]
COMMANDS = [
    (f"net user ada {PW} /add", "net user ada * /add"),
    (f"net use Z: \\\\srv\\share {PW} /user:dom\\ada", "net use Z: \\\\srv\\share /user:dom\\ada"),
    (f"cmdkey /add:h /user:ada /pass:{PW}", "cmdkey /add:h /user:ada /pass:%PW%"),
    (f"setx API_PASSWORD {PW}", "setx API_PASSWORD %PW%"),
    (f"sqlcmd -S h -U sa -P {PW}", "sqlcmd -S h -U sa -P %SA_PASSWORD%"),
    (f"schtasks /create /ru ada /rp {PW}", "schtasks /create /ru SYSTEM"),
    (f"reg add HKLM\\Winlogon /v DefaultPassword /d {PW}", "reg add HKLM\\Winlogon /v DefaultUser /d ada"),
    (f"msiexec /i x.msi SQLPASSWORD={PW}", "msiexec /i x.msi SQLPASSWORD="),
    (f'powershell -Command "docker login -u ada -p {PW} h"', 'powershell -Command "docker login -u ada -p $env:PW h"'),
]


@pytest.mark.parametrize(("bad", "good"), SCRIPTS)
def test_a_script_of_powershell(bad: str, good: str) -> None:
    found = [each for each in in_powershell(bad) if each.worth is Worth.SECRET]
    assert [bad[each.start : each.end] for each in found] in ([PW], [LONG])
    assert not [each for each in in_powershell(good) if each.worth is not Worth.NOTHING]


def _of(line: str) -> list[str]:
    source = Source("Dockerfile", line)
    script = parse(Text.plain(source, Span(0, len(line))), dialect="cmd")
    found = [credential for command in reversed(script.commands) for credential in of_command(command)]
    return [line[slice(*credential.where.span)] for credential in found if credential.worth is Worth.SECRET]


@pytest.mark.parametrize(("bad", "good"), COMMANDS)
def test_a_command_line_of_windows(bad: str, good: str) -> None:
    assert _of(bad) == [PW]
    assert not _of(good)
