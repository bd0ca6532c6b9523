// Screens on which people are ticked (roll call, attendance): arrow keys move between the boxes, the count follows
// the ticks, and a search box shows the rows that it finds.
(() => {
  "use strict";

  const form = document.querySelector("form[data-roll-call]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=present]")];
  const count = form.querySelector("[data-ticked]");
  const elsewhere = Number(count.dataset.elsewhere);
  const show = () => { count.textContent = elsewhere + boxes.filter((box) => box.checked).length; };

  form.addEventListener("change", show);
  form.addEventListener("keydown", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, Enter: 1 };
    if (!(event.key in steps)) return;
    event.preventDefault(); // Enter must not send a half-ticked screen
    const next = boxes[Math.min(Math.max(at + steps[event.key], 0), boxes.length - 1)];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  });
  const shown = () => boxes.filter((box) => !box.closest("tr").classList.contains("d-none"));
  form.querySelector("[data-tick-all]").addEventListener("click", () => {
    const listed = shown();
    const all = listed.every((box) => box.checked);
    listed.forEach((box) => { box.checked = !all; });
    show();
  });
  const search = form.querySelector("[data-find]");
  if (search) {
    search.addEventListener("input", () => {
      const text = search.value.trim().toLowerCase();
      boxes.forEach((box) => {
        const row = box.closest("tr");
        row.classList.toggle("d-none", !row.dataset.foundBy.toLowerCase().includes(text));
      });
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // looks for somebody, does not send the screen
    });
  }
  window.addEventListener("pageshow", show);
})();
