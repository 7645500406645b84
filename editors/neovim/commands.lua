-- :DlintGraph and :DlintWhy, for Neovim 0.7 and newer: copy to ~/.config/nvim/plugin/, beside a recipe with the server.

local function ask(command, arguments, show)
  local list = vim.lsp.get_clients or vim.lsp.get_active_clients
  local buffer = vim.api.nvim_get_current_buf()
  for _, client in ipairs(list()) do
    if client.name == "dlint" and vim.lsp.buf_is_attached(buffer, client.id) then
      local params = { command = command, arguments = arguments }
      local function answer(error, text)
        if error then
          vim.notify(error.message, vim.log.levels.ERROR)
        elseif text == nil or text == "" then
          vim.notify("dlint: there is nothing to show")
        else
          show(text)
        end
      end
      if vim.lsp.get_clients then
        client:request("workspace/executeCommand", params, answer, buffer)
      else
        client.request("workspace/executeCommand", params, answer, buffer)
      end
      return
    end
  end
  vim.notify("dlint does not run for this file", vim.log.levels.WARN)
end

-- A picture goes to a file, which the system's own program shows; Mermaid's words go to a new window.
local function graph(options)
  local format = options.args ~= "" and options.args or "mermaid"
  ask("dlint.showGraph", { vim.uri_from_bufnr(0), format }, function(text)
    if format == "svg" then
      local file = vim.fn.tempname() .. ".svg"
      vim.fn.writefile(vim.split(text, "\n"), file)
      local open = vim.fn.has("mac") == 1 and "open" or vim.fn.has("win32") == 1 and "explorer" or "xdg-open"
      vim.fn.jobstart({ open, file }, { detach = true })
    else
      vim.cmd("new")
      vim.bo.buftype, vim.bo.bufhidden, vim.bo.filetype = "nofile", "wipe", format
      vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, "\n"))
    end
  end)
end

local function why()
  ask("dlint.why", { vim.uri_from_bufnr(0), vim.api.nvim_win_get_cursor(0)[1] }, function(text)
    vim.lsp.util.open_floating_preview(vim.split(text, "\n", { trimempty = true }), "", { focus_id = "dlint.why" })
  end)
end

vim.api.nvim_create_user_command("DlintGraph", graph, {
  nargs = "?",
  complete = function() return { "mermaid", "svg", "dot", "json" } end,
  desc = "The project around this file, as text or as a picture",
})
vim.api.nvim_create_user_command("DlintWhy", why, { desc = "What dlint knows of this line" })
