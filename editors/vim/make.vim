" dlint in Vim without a plug-in: `:make` fills the quickfix list from the saved file. Source this file from your vimrc.

set makeprg=dlint\ check\ --format\ compact\ --quiet\ %:S
set errorformat=%f:%l:%c:\ %t%*[a-z]:\ %m
