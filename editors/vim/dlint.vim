" dlint in Vim with ALE (https://github.com/dense-analysis/ale): findings, fixes, hover and definitions by the server,
" and safe fixes when a file is saved. Source this file from your vimrc, behind ALE.

let g:ale_fix_on_save = 1

function! DlintRoot(buffer) abort
  for l:mark in ['dlint.toml', '.dlint.toml']
    let l:found = ale#path#FindNearestFile(a:buffer, l:mark)
    if !empty(l:found)
      return fnamemodify(l:found, ':h')
    endif
  endfor
  let l:found = ale#path#FindNearestDirectory(a:buffer, '.git')
  return !empty(l:found) ? fnamemodify(l:found, ':h:h') : fnamemodify(bufname(a:buffer), ':p:h')
endfunction

for s:type in ['dockerfile', 'yaml.docker-compose', 'yaml']
  call ale#linter#Define(s:type, {
  \ 'name': 'dlint', 'lsp': 'stdio', 'executable': 'dlint', 'command': '%e lsp',
  \ 'project_root': function('DlintRoot')})
endfor

" What is left over goes to standard error, and text that is not dlint's comes back as it is.
function! DlintFix(buffer) abort
  return {'command': 'dlint check --fix - --quiet --stdin-filename %s 2> ' . (has('win32') ? 'NUL' : '/dev/null')}
endfunction

call ale#fix#registry#Add('dlint', 'DlintFix', ['dockerfile', 'yaml'], 'Make the safe fixes of dlint')
let g:ale_fixers = extend({'dockerfile': ['dlint'], 'yaml.docker-compose': ['dlint']}, get(g:, 'ale_fixers', {}))

" Of the other linters for Dockerfiles hadolint finds what dlint finds too.
let g:ale_linters = extend({'dockerfile': ['dlint']}, get(g:, 'ale_linters', {}))
