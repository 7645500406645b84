-- dlint in Neovim 0.7 and newer without the language server: lints the buffer as it stands, saved or not, when it is
-- read, written, and when you leave insert mode. Copy to ~/.config/nvim/plugin/.

local namespace = vim.api.nvim_create_namespace("dlint")
local levels = vim.diagnostic.severity
local severities = { error = levels.ERROR, warning = levels.WARN, info = levels.INFO, style = levels.HINT }

local function lint(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local eol = vim.bo[buffer].fileformat == "dos" and "\r\n" or "\n"
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  local version = vim.api.nvim_buf_get_changedtick(buffer)

  -- dlint counts characters from 1, Neovim counts bytes from 0.
  local function place(line, column)
    return line - 1, math.max(vim.fn.byteidx(lines[line] or "", column - 1), 0)
  end

  local function show(report)
    local diagnostics = {}
    for _, finding in ipairs(report.findings) do
      local line, column = place(finding.line, finding.column)
      local end_line, end_column = place(finding.end_line, finding.end_column)
      table.insert(diagnostics, {
        lnum = line, col = column, end_lnum = end_line, end_col = end_column,
        severity = severities[finding.severity],
        message = finding.message, code = finding.rule, source = "dlint",
      })
    end
    vim.diagnostic.set(namespace, buffer, diagnostics)
  end

  local job = vim.fn.jobstart({ "dlint", "check", "-", "--stdin-filename", path, "--format", "json" }, {
    stdout_buffered = true,
    on_stdout = function(_, data)
      if not vim.api.nvim_buf_is_valid(buffer) or vim.api.nvim_buf_get_changedtick(buffer) ~= version then
        return -- The text has changed since: the next run will tell.
      end
      local ok, report = pcall(vim.fn.json_decode, table.concat(data, "\n"))
      if ok and type(report) == "table" then
        show(report)
      end
    end,
  })
  if job > 0 then
    vim.fn.chansend(job, table.concat(lines, eol) .. eol)
    vim.fn.chanclose(job, "stdin")
  end
end

vim.api.nvim_create_autocmd({ "BufReadPost", "BufWritePost", "InsertLeave" }, {
  pattern = {
    "*[Dd]ockerfile*", "*[Cc]ontainerfile*", "*.dockerignore", "*.containerignore",
    "*compose*.yml", "*compose*.yaml", "docker-stack*.yml", "docker-stack*.yaml", "docker-swarm*.yml", "docker-swarm*.yaml",
  },
  -- What is read counts as a change that comes after this event, and the answer would be taken for stale.
  callback = function(event)
    vim.schedule(function() lint(event.buf) end)
  end,
})
