" Opens a Dockerfile as a person does, and writes down what is shown, what a quick fix does and what a save does.
function! Shown() abort
  return map(copy(getloclist(0)), {_, each -> [each.lnum, each.col, each.type, each.text]})
endfunction

function! WaitFor(True) abort
  let l:end = reltime()
  while !a:True() && reltimefloat(reltime(l:end)) < 60
    sleep 50m
  endwhile
endfunction

function! Has(word) abort
  return len(filter(Shown(), {_, each -> each[3] =~# a:word})) > 0
endfunction

function! Choose(data, items) abort
  let g:rows.offered = map(copy(a:items), {_, each -> each[1].title})
  call ale#codefix#ApplyLSPCodeAction(a:data, a:items[0][1])
endfunction

let g:rows = {}
edit Dockerfile
call WaitFor({-> Has('MAINTAINER')})
let g:rows.opened = Shown()
call cursor(3, 3)
call ale#codefix#Execute(0, function('Choose'))
call WaitFor({-> getline(3) !~# '^MAINTAINER'})
let g:rows.fixed = getline(1, '$')
call ale#Queue(0)
call WaitFor({-> !Has('MAINTAINER')})
let g:rows.after = Shown()
call setline(3, 'MAINTAINER Grace')
write
call WaitFor({-> join(readfile('Dockerfile')) !~# 'MAINTAINER'})
let g:rows.saved = readfile('Dockerfile')
call writefile([json_encode(g:rows)], 'rows.json')
qall!
