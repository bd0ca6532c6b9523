// Ticking rows of a list: all of the page, a range with Shift, the current row with the key x. What was ticked is ticked
// again when the server refuses. Works without too.
(() => {
  "use strict";

  const form = document.querySelector("form[data-bulk]");
  if (!form) return;
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
  const count = form.querySelector("[data-bulk-count]");
  const head = document.querySelector("[data-tick-head]");
  let last = null;

  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "form-check-input";
  all.setAttribute("aria-label", "勾选本页全部");
  if (head) head.replaceChildren(all);

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked;
    form.classList.toggle("bulk-bar-active", ticked > 0); // out of the way until it is needed
    all.checked = boxes.length > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };

  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    show();
  });
  boxes.forEach((box) => box.addEventListener("click", (event) => {
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
    }
    last = box;
    show();
  }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const row = event.target.closest("tr") || document.querySelector("tr.row-current");
    const box = row && boxes.find((one) => row.contains(one));
    if (!box) return;
    box.checked = !box.checked;
    last = box;
    show();
  });
  // Several buttons decide differently: Enter in the note would press the first of them.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) event.preventDefault();
  });
  const kept = `ticked ${location.pathname}`;
  form.addEventListener("submit", () => {
    sessionStorage.setItem(kept, JSON.stringify(boxes.filter((box) => box.checked).map((box) => box.value)));
  });
  const before = JSON.parse(sessionStorage.getItem(kept) || "[]");
  sessionStorage.removeItem(kept);
  if (document.querySelector("#messages .alert-danger")) {
    boxes.forEach((box) => { box.checked ||= before.includes(box.value); });
  }
  window.addEventListener("pageshow", show);
})();
