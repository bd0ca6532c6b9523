// The roll call's screen: arrow keys move between the boxes, and the count follows the ticks.
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
  form.querySelector("[data-tick-all]").addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !all; });
    show();
  });
  window.addEventListener("pageshow", show);
})();
