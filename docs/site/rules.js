// Filters the table of rules by names, words and any tool's codes.
const input = document.getElementById("dl-filter");
const count = document.getElementById("dl-count");
const rows = [...document.querySelectorAll(".dl-rules tbody tr")];
const texts = rows.map((row) => `${row.dataset.words} ${row.textContent}`.toLowerCase());

function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, number) => {
    row.hidden = !words.every((word) => texts[number].includes(word));
    shown += row.hidden ? 0 : 1;
  });
  count.textContent = `${shown} of ${rows.length} rules`;
  history.replaceState(null, "", input.value ? `?q=${encodeURIComponent(input.value)}` : location.pathname);
}

input.value = new URLSearchParams(location.search).get("q") ?? "";
input.addEventListener("input", filter);
filter();
