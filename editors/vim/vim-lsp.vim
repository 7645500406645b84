" dlint in Vim with vim-lsp (https://github.com/prabirshrestha/vim-lsp): source this file from your vimrc.

autocmd User lsp_setup call lsp#register_server({
\ 'name': 'dlint', 'cmd': {_ -> ['dlint', 'lsp']},
\ 'allowlist': ['dockerfile', 'yaml', 'yaml.docker-compose', 'toml']})
