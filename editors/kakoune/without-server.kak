# dlint in Kakoune without a language server: `:lint` shows the findings of the text as it stands, `:format` makes all
# safe fixes. Source this file from your kakrc.

hook global BufSetOption filetype=(?:dockerfile|yaml) %{
    set-option buffer lintcmd %{run() { dlint check - --stdin-filename "$kak_buffile" --format compact --quiet < "$1"; }; run}
    set-option buffer formatcmd %{dlint check --fix - --stdin-filename "$kak_buffile" --quiet 2> /dev/null; case $? in 0|1|3) ;; *) false ;; esac}
}
