-- dlint in Neovim 0.11 and newer: copy to ~/.config/nvim/lsp/, and vim.lsp.enable("dlint") in init.lua.

return {
  cmd = { "dlint", "lsp" },
  filetypes = { "dockerfile", "yaml", "yaml.docker-compose", "dockerignore", "gitignore", "toml" },
  root_markers = { "dlint.toml", ".dlint.toml", ".git" },
}
