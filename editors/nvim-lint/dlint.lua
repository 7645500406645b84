-- dlint in Neovim with nvim-lint (https://github.com/mfussenegger/nvim-lint): source this file behind the plug-in. It lints
-- the buffer as it stands.

local lint = require("lint")
local levels = vim.diagnostic.severity
local severities = { error = levels.ERROR, warning = levels.WARN, info = levels.INFO, style = levels.HINT }

lint.linters.dlint = {
  cmd = "dlint",
  stdin = true,
  stream = "stdout",
  ignore_exitcode = true,
  args = {
    "check", "-", "--format", "json", "--stdin-filename", function() return vim.api.nvim_buf_get_name(0) end,
  },
  parser = function(output, buffer)
    local ok, report = pcall(vim.fn.json_decode, output)
    local diagnostics = {}
    -- dlint counts characters from 1, Neovim counts bytes from 0.
    local function place(line, column)
      local text = vim.api.nvim_buf_get_lines(buffer, line - 1, line, false)[1] or ""
      return line - 1, math.max(vim.fn.byteidx(text, column - 1), 0)
    end
    for _, finding in ipairs(ok and type(report) == "table" and report.findings or {}) do
      local line, column = place(finding.line, finding.column)
      local end_line, end_column = place(finding.end_line, finding.end_column)
      table.insert(diagnostics, {
        lnum = line, col = column, end_lnum = end_line, end_col = end_column,
        severity = severities[finding.severity],
        message = finding.message, code = finding.rule, source = "dlint",
      })
    end
    return diagnostics
  end,
}

for _, filetype in ipairs({ "dockerfile", "yaml.docker-compose" }) do
  lint.linters_by_ft[filetype] = { "dlint" }
end

vim.api.nvim_create_autocmd({ "BufReadPost", "BufWritePost", "InsertLeave" }, {
  callback = function() vim.schedule(function() lint.try_lint() end) end,
})
