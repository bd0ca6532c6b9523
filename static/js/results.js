// Results of a class: the buttons that fill in 合格 where there is no result yet, and the day of the certificate found
// where who passed has no day of 取证. Nothing is saved by them.
(() => {
  "use strict";

  const told = document.querySelector("[data-fill-told]");
  if (!told) return;
  const day = (hint) => hint.closest("tr").querySelector("input[name$='-certified_on']");
  const offer = (selector, fill) => {
    const button = document.querySelector(selector);
    button.hidden = false;
    button.addEventListener("click", () => { told.textContent = fill(button); });
  };
  offer("[data-fill-results]", (button) => {
    const empty = [...document.querySelectorAll("select[name$='-result']")].filter((select) => !select.value);
    empty.forEach((select) => { select.value = button.dataset.fillResults; });
    return empty.length ? `本页填了 ${empty.length} 人，核对后请保存` : "本页没有空着的结论";
  });
  const found = [...document.querySelectorAll("[data-certified]")];
  if (!found.length) return;
  offer("[data-fill-certified]", () => {
    const empty = found.filter((hint) => {
      const row = hint.closest("tr");
      return row.querySelector("select[name$='-result']").value === "passed" && !day(hint).value;
    });
    empty.forEach((hint) => { day(hint).value = hint.dataset.certified; });
    return empty.length
      ? `本页填了 ${empty.length} 人的取证日期，核对后请保存`
      : "本页没有可填的：结论为合格、取证日期空着、又有证书的一个也没有";
  });
})();
