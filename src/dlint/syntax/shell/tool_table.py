"""What dlint knows of command line tools, as data: subcommands and their short names, options that take a value.

The facts are those of the tools' own manuals. A tool that is not listed has no subcommand, its options take no
separate value, and short options cluster (POSIX utility conventions, XBD 12.2).
"""

from __future__ import annotations

from dlint.lazy import NamedTuple


class Entry(NamedTuple):
    """One row of the table; words are separated by blanks.

    ``values``: options that take a value. ``verbs``: by subcommand (or its first word), more of them; ``!-p`` takes
    one away; the key "" stands for options before the subcommand. ``groups``: first words of two-word
    subcommands; None if there is no subcommand at all. ``aliases``: ``short=full`` (``_`` for a blank in full).
    ``single_dash``: options are ``-name``. ``pairs``: first letters of two-letter short options. ``old_style``:
    the first word may be letters without a dash. ``ends``: subcommands ("" for none: ``-``) after which the first
    argument ends the options.
    """

    values: str = ""
    groups: str | None = None
    aliases: str = ""
    verbs: dict[str, str] | None = None
    single_dash: bool = False
    pairs: str = ""
    old_style: bool = False
    ends: str = ""


_APT = Entry(
    "-t --target-release --default-release -o --option -c --config-file -a --host-architecture -P --build-profiles",
    groups="",
)
_YUM = (
    "-c --config --enablerepo --disablerepo --enable-repo --disable-repo --repo --repoid --repofrompath -x --exclude"
    " --excludepkgs --setopt --installroot --releasever --disableplugin --enableplugin --forcearch --color --comment"
    " --destdir --downloaddir --rpmverbosity -d --debuglevel -e --errorlevel -R --randomwait --advisory --bz --cve"
    " --sec-severity --plugin"
)
_DNF_ALIASES = (
    "in=install rei=reinstall rm=remove erase=remove up=upgrade update=upgrade up-min=upgrade-minimal"
    " update-minimal=upgrade-minimal groupinstall=group_install grpinstall=group_install groups_install=group_install"
    " groupremove=group_remove group_in=group_install"
)
_DNF = Entry(
    _YUM, groups="module group groups", aliases=_DNF_ALIASES, verbs={"config-manager": "--add-repo --save-filename"}
)
_NPM_VALUES = (
    "--prefix --registry --loglevel --cache --userconfig --globalconfig -w --workspace --omit --include --only --tag"
    " --install-strategy --otp --audit-level --script-shell --before --location --maxsockets --fetch-retries"
    " --fetch-timeout --fetch-retry-mintimeout --fetch-retry-maxtimeout --network-timeout --cafile --proxy"
    " --https-proxy --noproxy --node-options --depth --scope --python --jobs -C"
)
_CONDA = Entry(
    "-n --name -p --prefix -c --channel --file --solver --repodata-fn --revision --platform --subdir --experimental"
    " -r --root-prefix --rc-file",
    groups="env",
    aliases="uninstall=remove upgrade=update",
    verbs={
        "env": "-f",
        "clean": "!-p !-c !-n",
        "create": "-f",
        "config": "--add --append --prepend --set --remove --remove-key --get !-p !-c !-n",
        "run": "--cwd",
    },
    ends="run",
)
_USER_VALUES = (
    "-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K"
    " --key -p --password -R --root -P --prefix -s --shell -u --uid -Z --selinux-user"
)
_COPY = Entry("-S --suffix -t --target-directory")
_VERBS = Entry(groups="")

_WEB = Entry(
    "-uri -outfile -headers -method -body -useragent -proxy -timeoutsec -maximumretrycount -retryintervalsec"
    " -sslprotocol -credential -websession -contenttype",
    single_dash=True,
)
_POWERSHELL = Entry("-executionpolicy -ExecutionPolicy -version -Version", single_dash=True, ends="-")

TABLE = {
    # Windows; cmdlets by the names that windows.py gives them.
    "choco": Entry(
        "-s -source -version -params -package-parameters -install-arguments -ia -execution-timeout -checksum"
        " -checksum64",
        groups="",
        single_dash=True,
    ),
    "winget": Entry("--version -v --id --source -s --location -l --scope --architecture -a --override", groups=""),
    "nuget": Entry("-Version -Source -OutputDirectory -ConfigFile -Framework", groups="", single_dash=True),
    "scoop": Entry("-a --arch", groups=""),
    "invoke-webrequest": _WEB,
    "invoke-restmethod": _WEB,
    "start-bitstransfer": Entry("-source -destination -description -displayname -priority", single_dash=True),
    "expand-archive": Entry("-path -literalpath -destinationpath", single_dash=True),
    "start-process": Entry("-filepath -argumentlist -workingdirectory -verb -windowstyle", single_dash=True),
    "get-filehash": Entry("-path -literalpath -algorithm", single_dash=True),
    "install-module": Entry(
        "-name -requiredversion -minimumversion -maximumversion -repository -scope", single_dash=True
    ),
    "install-package": Entry(
        "-name -requiredversion -minimumversion -maximumversion -source -providername -scope", single_dash=True
    ),
    "new-localuser": Entry("-name -password -fullname -description -accountexpires", single_dash=True),
    "set-localuser": Entry("-name -password -fullname -description -accountexpires", single_dash=True),
    "add-localgroupmember": Entry("-group -member -name -sid", single_dash=True),
    "powershell": _POWERSHELL,
    "pwsh": _POWERSHELL,
    # Packages of the distribution.
    "apt-get": _APT,
    "apt": _APT,
    "aptitude": Entry(f"{_APT.values} -F --display-format -w --width -O --sort --add-user-tag", groups=""),
    "apt-cache": _APT,
    "apt-mark": _APT,
    "apt-key": Entry("--keyring --keyserver --keyserver-options", groups=""),
    "apk": Entry(
        "-p --root -X --repository --arch --cache-dir --cache-max-age --keys-dir --progress-fd --repositories-file"
        " --timeout --wait -t --virtual",
        groups="cache",
    ),
    "yum": Entry(
        _YUM,
        groups="module group groups",
        aliases="in=install erase=remove rm=remove up=update groupinstall=group_install groups_install=group_install",
    ),
    "dnf": _DNF,
    "dnf5": _DNF,
    "microdnf": _DNF,
    "tdnf": Entry(_YUM, groups="", aliases="in=install erase=remove up=update"),
    "yum-config-manager": Entry("--add-repo --setopt --releasever --installroot"),
    "yum-builddep": Entry(_YUM),
    "zypper": Entry(
        "-D --reposd-dir -C --cache-dir --raw-cache-dir --solv-cache-dir --pkg-cache-dir -R --root --installroot"
        " -p --plus-repo --plus-content --userdata -c --config --releasever",
        groups="",
        aliases="in=install rm=remove up=update ref=refresh dup=dist-upgrade cc=clean ar=addrepo rr=removerepo"
        " mr=modifyrepo si=source-install se=search inr=install-new-recommends ve=verify lr=repos al=addlock"
        " rl=removelock if=info",
        verbs={
            "install": "-r --repo -t --type --from --download",
            "remove": "-r --repo -t --type",
            "update": "-r --repo -t --type",
            "patch": "-r --repo --bz --cve -g --category -b",
            "dist-upgrade": "-r --repo --from",
            "addrepo": "-r --repo -t --type -n --name -p --priority",
            "modifyrepo": "-n --name -p --priority",
            "refresh": "-r --repo",
            "clean": "-r --repo",
        },
    ),
    "pacman": Entry(
        "-r --root -b --dbpath --config --cachedir --arch --color --gpgdir --hookdir --logfile --ignore --ignoregroup"
        " --overwrite --sysroot --assume-installed --print-format"
    ),
    "add-apt-repository": Entry("-k --keyserver -p --pocket -C --component -U --uri"),
    "opkg": Entry("-f --conf -o --offline-root -d --dest -t --tmp-dir --add-arch --add-dest", groups=""),
    "xbps-install": Entry("-C --config -c --cachedir -R --repository -r --rootdir"),
    "rpm": Entry("--root --prefix --dbpath -D --define --relocate --excludepath"),
    "dpkg": Entry("--root --admindir --instdir --log --status-fd"),
    "snap": _VERBS,
    "brew": _VERBS,
    "systemctl": _VERBS,
    # Packages of a language.
    "pip": Entry(
        "-r --requirement --requirements -c --constraint -e --editable -t --target -i --index-url --pypi-url"
        " --extra-index-url -f --find-links --trusted-host --platform --python-version --implementation --abi --root"
        " --prefix -b --build --src --no-binary --only-binary --progress-bar --cache-dir --proxy --retries --timeout"
        " --exists-action --cert --client-cert --log --log-file --python --upgrade-strategy -C --config-settings"
        " --global-option --install-option --build-option --root-user-action --use-feature --use-deprecated --report"
        " --group --keyring-provider --resume-retries",
        groups="cache config index",
        verbs={
            "download": "-d --dest",
            "wheel": "-w --wheel-dir",
            "list": "--format --path --exclude",
            "freeze": "--path --exclude",
        },
    ),
    "pipx": Entry("--spec --python --pip-args -i --index-url --suffix --preinstall --backend", groups="", ends="run"),
    "pipenv": Entry(
        "--python --pypi-mirror -r --requirements -i --index -e --editable --categories --extra-pip-args",
        groups="",
        ends="run",
    ),
    "easy_install": Entry("-d --install-dir -s --script-dir -f --find-links -i --index-url -b --build-directory"),
    "uv": Entry(
        "-p --python --index --default-index -i --index-url --extra-index-url -f --find-links --index-strategy"
        " --keyring-provider --cache-dir --directory --project --config-file --color --allow-insecure-host --resolution"
        " --prerelease --exclude-newer --link-mode --refresh-package -P --upgrade-package --reinstall-package"
        " --no-build-package --no-binary-package -C --config-setting --config-settings-package --extra --no-extra"
        " --group --no-group --only-group --package --with --with-requirements --with-editable --from --env-file"
        " -o --output-file --no-install-package --python-platform --python-version --target --prefix --torch-backend"
        " --fork-strategy",
        groups="pip tool python cache self",
        verbs={
            "pip": "-r --requirement --requirements -c --constraint --constraints -e --editable --override --overrides"
            " --no-binary --only-binary -b --build-constraint",
            "add": "-r --requirements -c --constraints --optional --rev --tag --branch --script -m --marker",
            "tool install": "-e --editable -c --constraints",
            "export": "--format --script",
            "run": "-m --module --script",
        },
        ends="run",
    ),
    "uvx": Entry("--from --with -p --python --index --index-url --default-index", ends="-"),
    "poetry": Entry(
        "-C --directory -P --project --with --without --only -E --extras -G --group --python --source --platform -o"
        " --output -f --format",
        groups="cache env self source debug",
        ends="run",
    ),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA._replace(
        values=f"{_CONDA.values} -f", verbs={**(_CONDA.verbs or {}), "clean": "!-p !-c !-n !-f"}
    ),
    "npm": Entry(
        _NPM_VALUES,
        groups="cache config c pkg dist-tag",
        aliases="i=install in=install ins=install inst=install insta=install instal=install isnt=install isnta=install"
        " isntal=install isntall=install add=install clean-install=ci"
        " ic=ci install-clean=ci isntall-clean=ci cit=install-ci-test it=install-test un=uninstall"
        " remove=uninstall rm=uninstall r=uninstall unlink=uninstall up=update upgrade=update udpate=update"
        " run-script=run rum=run urn=run t=test tst=test cache_clear=cache_clean cache_rm=cache_clean"
        " set=config_set get=config_get c_set=config_set ln=link x=exec",
        ends="exec",
    ),
    "npx": Entry("-p --package -c --call -w --workspace --prefix --registry --cache", ends="-"),
    "pnpm": Entry(
        "-C --dir -F --filter --filter-prod --store-dir --registry --loglevel --reporter --virtual-store-dir"
        " --modules-dir --lockfile-dir --workspace-concurrency --network-concurrency --child-concurrency --prefix"
        " --package-import-method --fetch-timeout --fetch-retries --config",
        groups="store config env cache",
        aliases="i=install rm=remove un=remove uninstall=remove up=update upgrade=update",
        ends="run exec dlx",
    ),
    "yarn": Entry(
        "--cwd --registry --cache-folder --modules-folder --network-timeout --network-concurrency --mutex"
        " --global-folder --preferred-cache-folder --use-yarnrc --prefix --link-folder --https-proxy --proxy --otp",
        groups="cache global config plugin set workspaces",
        aliases="up=upgrade",
        ends="run exec dlx",
    ),
    "bun": Entry(
        "--cwd --registry --cache-dir -c --config --backend --filter --concurrent-scripts --network-concurrency --omit",
        groups="pm",
        aliases="i=install a=add rm=remove",
        ends="run",
    ),
    "corepack": _VERBS,
    "nvm": _VERBS,
    "deno": _VERBS,
    "gem": Entry(
        "-v --version -i --install-dir -n --bindir --platform -s --source -p --http-proxy -P --trust-policy"
        " --build-root --config-file --bulk-threshold --without -B",
        groups="",
        aliases="i=install",
    ),
    "bundle": Entry(
        "-j --jobs --path --gemfile --without --with --retry -P --trust-policy --shebang --target-rbconfig",
        groups="config",
        aliases="i=install e=exec",
        ends="exec",
    ),
    "go": Entry(
        "-o -p -C -asmflags -buildmode -compiler -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay"
        " -pgo -pkgdir -tags -toolexec -run -bench -count -timeout -coverprofile -covermode -coverpkg -cpu -parallel"
        " -exec -vet -fuzz -fuzztime -benchtime -cpuprofile -memprofile -skip",
        groups="mod work telemetry",
        verbs={"list": "-f"},
        single_dash=True,
        ends="run tool",
    ),
    "cargo": Entry(
        "-j --jobs -F --features --profile --target --target-dir --manifest-path --message-format -p --package"
        " --exclude --color --config -Z -C --bin --example --registry --index",
        groups="",
        aliases="b=build c=check d=doc t=test r=run rm=remove",
        verbs={
            "install": "--version --vers --git --branch --tag --rev --path --root !-p",
            "binstall": "--version --vers --git --root --install-path --targets --strategies",
            "add": "--git --branch --tag --rev --path --rename",
        },
        ends="run",
    ),
    "rustup": Entry(
        "--default-toolchain --profile --toolchain -c --component -t --target --default-host",
        groups="toolchain target component override self",
        ends="run",
    ),
    "composer": Entry(
        "-d --working-dir --prefer-install --repository --repository-url --ignore-platform-req --stability -s",
        groups="global",
        aliases="i=install u=update upgrade=update r=require global_i=global_install global_u=global_update"
        " clearcache=clear-cache cc=clear-cache",
        ends="exec run-script",
    ),
    "pecl": Entry("-d -D -c -C -R", groups=""),
    "pear": Entry("-d -D -c -C -R", groups=""),
    "luarocks": _VERBS,
    "opam": _VERBS,
    "mix": _VERBS,
    "cabal": _VERBS,
    "stack": _VERBS,
    "dotnet": Entry(
        "-c --configuration -o --output -f --framework -r --runtime -v --verbosity --source -s --version --tool-path"
        " --configfile --arch -a --os",
        groups="tool nuget workload add",
    ),
    # Downloads and archives.
    "curl": Entry(
        "-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output --header --data"
        " --data-raw --data-binary --data-urlencode --data-ascii --json --request --user --user-agent --url --proxy"
        " --proxy-user --noproxy --cacert --capath --cert --cert-type --key --key-type --pass --ciphers --tls-max"
        " --tls13-ciphers --connect-timeout --max-time --retry --retry-delay --retry-max-time --max-redirs"
        " --max-filesize --limit-rate --speed-limit --speed-time --form --form-string --upload-file --write-out"
        " --cookie --cookie-jar --config --range --referer --resolve --interface --output-dir --dump-header"
        " --dns-servers --ftp-port --proto --proto-default --proto-redir --socks5 --socks5-hostname --socks4 --socks4a"
        " --preproxy --time-cond --trace --trace-ascii --stderr --unix-socket --abstract-unix-socket --variable"
        " --continue-at --quote --pinnedpubkey --crlfile --engine --local-port --keepalive-time"
        " --happy-eyeballs-timeout-ms --doh-url --create-file-mode --connect-to --aws-sigv4 --alt-svc --hsts"
        " --etag-compare --etag-save --netrc-file --oauth2-bearer --parallel-max --request-target --service-name"
        " --tlsuser --tlspassword --rate --curves --delegation --mail-from --mail-rcpt --login-options"
        " --expect100-timeout --proxy-header --proxy-cacert --proxy-cert --proxy-key --url-query"
    ),
    "wget": Entry(
        "-o -a -e -i -B -t -O -w -Q -P -U -A -R -D -I -X -l -T --output-document --output-file --append-output"
        " --execute --input-file --base --tries --wait --waitretry --quota --directory-prefix --user-agent --accept"
        " --reject --domains --include-directories --exclude-directories --level --timeout --dns-timeout"
        " --connect-timeout --read-timeout --limit-rate --header --user --password --http-user --http-password"
        " --post-data --post-file --method --body-data --body-file --referer --save-cookies --load-cookies"
        " --certificate --certificate-type --private-key --ca-certificate --ca-directory --secure-protocol --progress"
        " --start-pos --bind-address --cut-dirs --default-page --prefer-family --restrict-file-names --regex-type"
        " --accept-regex --reject-regex --exclude-domains --follow-tags --ignore-tags --local-encoding"
        " --remote-encoding --max-redirect --retry-on-http-error --proxy-user --proxy-password --ciphers"
        " --compression --warc-file --hsts-file --crl-file --pinnedpubkey",
        pairs="n",
    ),
    "tar": Entry(
        "-f --file -C --directory -T --files-from -X --exclude-from -b --blocking-factor -I --use-compress-program -g"
        " --listed-incremental -H --format -K --starting-file -L --tape-length -N --newer -V --label -F --info-script"
        " --exclude --transform --xform --owner --group --mode --mtime --strip-components --strip --warning"
        " --checkpoint-action --to-command --suffix --sort --record-size --index-file --pax-option --quoting-style",
        old_style=True,
    ),
    "unzip": Entry("-d -P"),
    "git": Entry(
        groups="submodule remote lfs worktree",
        verbs={
            "": "-C -c --git-dir --work-tree --namespace --config-env",
            "clone": "-b --branch -o --origin -u --upload-pack --reference --depth --shallow-since --shallow-exclude -c"
            " --config -j --jobs --filter --template --separate-git-dir --server-option --revision",
            "fetch": "--depth --deepen -j --jobs -o --server-option --shallow-since --filter --refmap",
            "pull": "--depth --deepen -j --jobs -s --strategy -X --strategy-option",
            "checkout": "-b -B --orphan",
            "switch": "-c -C --create --orphan",
            "commit": "-m --message -F --file --author -C -c -t --template --date --fixup --squash",
            "tag": "-m --message -F --file -u --local-user",
            "merge": "-m --message -s --strategy -X --strategy-option",
            "submodule": "--depth -j --jobs -b --branch --reference --name",
            "config": "-f --file --blob --type --default",
            "archive": "-o --output --format --prefix --remote",
            "apply": "--directory --exclude --include -p -C",
            "log": "-n --format --since --until --author",
            "init": "-b --initial-branch --template --separate-git-dir",
        },
    ),
    "gpg": Entry(
        "--keyserver --keyserver-options --homedir -o --output --keyring --options --default-key -u --local-user -r"
        " --recipient --passphrase --passphrase-fd --passphrase-file --pinentry-mode --trust-model"
    ),
    "ssh-keyscan": Entry("-t -p -T -f"),
    # Users and files.
    "useradd": Entry(_USER_VALUES),
    "usermod": Entry(f"{_USER_VALUES} -l --login"),
    "adduser": Entry(f"{_USER_VALUES} -h --firstuid --lastuid --ingroup --firstgid --lastgid --gecos --conf"),
    "groupadd": Entry("-g --gid -K --key -p --password -R --root -P --prefix -U --users"),
    "addgroup": Entry("-g --gid --conf --firstgid --lastgid"),
    "ln": _COPY,
    "cp": _COPY,
    "mv": _COPY,
    "install": Entry("-g --group -m --mode -o --owner -S --suffix -t --target-directory --strip-program"),
    "mkdir": Entry("-m --mode"),
    "chmod": Entry("--reference"),
    "chown": Entry("--reference --from"),
    "chgrp": Entry("--reference"),
    "find": Entry(
        "-name -iname -path -ipath -wholename -type -xtype -maxdepth -mindepth -size -mtime -atime -ctime -mmin -amin"
        " -cmin -user -group -perm -newer -regex -iregex -regextype -uid -gid -links -lname -fstype -printf",
        single_dash=True,
    ),
    "sed": Entry("-e --expression -f --file -l --line-length"),
    "grep": Entry("-e --regexp -f --file -m --max-count -A --after-context -B --before-context -C --context"),
    "sort": Entry("-k --key -t --field-separator -o --output -S --buffer-size -T --temporary-directory"),
    "set": Entry("-o"),
    "make": Entry("-C --directory -f --file --makefile -I --include-dir -o -W"),
    "python": Entry("-m -c -W -X", ends="-"),
    "service": Entry(),
    "docker": Entry(
        groups="buildx compose image container volume network system builder context manifest plugin",
        verbs={
            "": "-H --host --config -c --context -l --log-level",
            "run": "-e --env -v --volume -p --publish --name -w --workdir -u --user --network --entrypoint --mount -l"
            " --label --env-file -h --hostname --platform --add-host --device --cap-add --cap-drop -m --memory",
            "exec": "-e --env -w --workdir -u --user --env-file",
            "build": "-t --tag -f --file --build-arg --target --platform --secret --ssh --cache-from --cache-to -o"
            " --output --label --network --progress --iidfile --build-context",
            "buildx": "-t --tag -f --file --build-arg --target --platform --secret --ssh --cache-from --cache-to -o"
            " --output --label --network --progress --iidfile --build-context --builder",
            "compose": "-f --file -p --project-name --profile --env-file --project-directory",
        },
        ends="run exec",
    ),
    "kubectl": _VERBS,
    "helm": _VERBS,
    "terraform": _VERBS,
    "aws": _VERBS,
}
