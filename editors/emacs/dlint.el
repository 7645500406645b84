;;; dlint.el --- dlint by eglot  -*- lexical-binding: t -*-

;; eglot is in Emacs since version 29; before that it is a package, as are dockerfile-mode and yaml-mode.
;; Load this file from your init file: (load "/path/to/dlint.el")

;;; Code:

(require 'eglot)

(defgroup dlint nil "Linting of Dockerfiles, Compose files and ignore files." :group 'tools)

(defcustom dlint-fix-on-save t
  "Whether all safe fixes are made when a file is saved."
  :type 'boolean)

(add-to-list 'eglot-server-programs
             '((dockerfile-mode dockerfile-ts-mode yaml-mode yaml-ts-mode) . ("dlint" "lsp")))

(defun dlint-fix ()
  "Make all safe fixes in this buffer."
  (interactive)
  (let ((kind "source.fixAll.dlint"))
    (when (append (eglot-code-actions (point-min) (point-max) kind) nil)
      (eglot-code-actions (point-min) (point-max) kind t))))

(defun dlint--before-save ()
  "Make all safe fixes if dlint is at work here and the user wants them."
  (when (and dlint-fix-on-save (eglot-managed-p))
    (with-demoted-errors "dlint: %S" (dlint-fix))))

(defun dlint-start ()
  "Start dlint for this buffer."
  (add-hook 'before-save-hook #'dlint--before-save nil t)
  (eglot-ensure))

(add-hook 'dockerfile-mode-hook #'dlint-start)
(add-hook 'dockerfile-ts-mode-hook #'dlint-start)

(defun dlint-start-in-compose ()
  "Start dlint in what is called like a Compose file."
  (when (and buffer-file-name (string-match-p "compose.*\\.ya?ml\\'" (file-name-nondirectory buffer-file-name)))
    (dlint-start)))

(add-hook 'yaml-mode-hook #'dlint-start-in-compose)
(add-hook 'yaml-ts-mode-hook #'dlint-start-in-compose)

(provide 'dlint)
;;; dlint.el ends here
