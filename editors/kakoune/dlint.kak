# dlint in Kakoune. Source this file from your kakrc.

# With kakoune-lsp (https://github.com/kakoune-lsp/kakoune-lsp) the server does all of it.
hook -group lsp-filetype-dockerfile global BufSetOption filetype=(?:dockerfile|yaml) %{
    set-option buffer lsp_servers %{
        [dlint]
        command = "dlint"
        args = ["lsp"]
        root_globs = ["dlint.toml", ".git"]
    }
}
