// Correcting a grid cell by cell (table[data-mending]): a click or Enter opens a cell, arrows move, Escape leaves the cell
// as it was. After a correction the focus goes on to the next faulty cell.
(() => {
  "use strict";

  const former = new WeakMap(); // cell → what stood in it before its form
  const cellOf = (target) => target.closest?.("table[data-mending] td[data-cell]");
  const isOpen = (cell) => cell.querySelector(".cell-form") !== null;

  const open = (cell) => {
    const address = cell.parentElement.dataset.mendUrl;
    if (!address || isOpen(cell)) return;
    window.htmx.ajax("GET", `${address}?column=${cell.dataset.cell}`, { target: cell, swap: "innerHTML settle:0ms" });
  };
  const close = (cell) => {
    if (!isOpen(cell) || !former.has(cell)) return;
    cell.replaceChildren(...former.get(cell));
    window.htmx.process(cell);
    focus(cell);
  };
  const focus = (cell) => {
    cell.tabIndex = -1;
    (cell.querySelector(".cell-mend") || cell).focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const beside = (cell, key) => {
    if (key === "ArrowLeft") return cell.previousElementSibling;
    if (key === "ArrowRight") return cell.nextElementSibling;
    const row = key === "ArrowUp" ? cell.parentElement.previousElementSibling : cell.parentElement.nextElementSibling;
    return row?.children[[...cell.parentElement.children].indexOf(cell)];
  };

  document.addEventListener("click", (event) => {
    const cell = cellOf(event.target);
    if (cell && !event.target.closest("a, button, input, label")) open(cell);
  });
  document.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") close(cell);
    else if (isOpen(cell)) return;
    else if (event.key === "Enter" && event.target === cell) open(cell);
    else if (event.key.startsWith("Arrow")) {
      const next = beside(cell, event.key);
      if (next?.dataset.cell) focus(next);
    } else return;
    event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const cell = event.detail.target;
    if (cell.matches?.("table[data-mending] td[data-cell]") && !isOpen(cell)) former.set(cell, [...cell.childNodes]);
  });

  document.addEventListener("htmx:afterSwap", (event) => cellOf(event.detail.target)?.querySelector("input[name=text]")?.select());

  // The server says which cell was checked again, once the page shows it.
  document.addEventListener("mended", (event) => {
    const wrong = [...document.querySelectorAll("table[data-mending] td.cell-error[data-cell]")];
    const done = document.querySelector(`#row-${event.detail.row} > td[data-cell="${event.detail.column}"]`);
    const after = (cell) => done && (done === cell || done.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = wrong.find(after) || wrong[0];
    if (next) focus(next);
    else document.querySelector("#run-summary [data-mend-rest], #run-decision .btn-primary")?.focus();
  });
})();
