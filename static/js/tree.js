// table[data-tree]: rows carry data-path; a toggle hides the rows whose path it begins. All open without script.
(() => {
  "use strict";
  const rowsOf = (table) => [...table.tBodies[0].rows];
  const apply = (table) => {
    const closed = rowsOf(table)
      .filter((row) => row.querySelector(".tree-toggle[aria-expanded=false]"))
      .map((row) => row.dataset.path);
    rowsOf(table).forEach((row) => {
      row.hidden = closed.some((path) => row.dataset.path !== path && row.dataset.path.startsWith(path));
    });
  };
  const start = (table) => {
    rowsOf(table).forEach((row) => {
      const toggle = row.querySelector(".tree-toggle");
      if (!toggle) return;
      toggle.hidden = false;
      if (table.hasAttribute("data-folded") && row.querySelector(".tree-depth-1")) toggle.setAttribute("aria-expanded", "false");
      toggle.addEventListener("click", () => {
        toggle.setAttribute("aria-expanded", toggle.getAttribute("aria-expanded") === "false");
        apply(table);
      });
    });
    apply(table);
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("table[data-tree]").forEach(start));
})();
