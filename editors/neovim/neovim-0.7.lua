-- dlint in Neovim 0.7 to 0.10, with the safe fixes on save: copy to ~/.config/nvim/plugin/.

local id

local function attach(buffer)
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client({ name = "dlint", cmd = { "dlint", "lsp" }, root_dir = vim.fn.getcwd() })
  end
  vim.lsp.buf_attach_client(buffer, id)
end

local function fix(buffer)
  local client = id and vim.lsp.get_client_by_id(id)
  if not client or not vim.lsp.buf_is_attached(buffer, id) then
    return
  end
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { only = { "source.fixAll.dlint" }, diagnostics = {} }
  local answer = client.request_sync("textDocument/codeAction", params, 3000, buffer)
  for _, action in ipairs(answer and answer.result or {}) do
    local resolved = action
    if not action.edit then
      resolved = (client.request_sync("codeAction/resolve", action, 3000, buffer) or {}).result
    end
    if resolved and resolved.edit then
      vim.lsp.util.apply_workspace_edit(resolved.edit, client.offset_encoding)
    end
  end
end

local pattern = {
  "*[Dd]ockerfile*", "*[Cc]ontainerfile*", "*compose*.yml", "*compose*.yaml", "*.dockerignore", "*.containerignore",
  "dlint.toml", ".dlint.toml",
}
vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, {
  pattern = pattern,
  callback = function(event) attach(event.buf) end,
})
vim.api.nvim_create_autocmd("BufWritePre", { pattern = pattern, callback = function(event) fix(event.buf) end })
