// Results of a class: the button that fills in 合格 where there is no result yet. Nothing is saved by it.
(() => {
  "use strict";

  const button = document.querySelector("[data-fill-results]");
  if (!button) return;
  const told = document.querySelector("[data-fill-told]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const empty = [...document.querySelectorAll("select[name$='-result']")].filter((select) => !select.value);
    empty.forEach((select) => { select.value = button.dataset.fillResults; });
    told.textContent = empty.length ? `本页填了 ${empty.length} 人，核对后请保存` : "本页没有空着的结论";
  });
})();
