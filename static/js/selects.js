// select[data-long-select]: search inside a long list. data-load-url: fetches [{value, text}] for ?q=.
(() => {
  "use strict";
  const enhance = (select) => {
    if (select.tomselect) return;
    const url = select.dataset.loadUrl;
    const options = {
      maxOptions: 200,
      plugins: select.multiple ? ["remove_button"] : [],
      render: {
        no_results: () => '<div class="no-results">没有匹配的选项</div>',
        loading: () => '<div class="no-results">正在查找……</div>',
      },
    };
    if (url) {
      options.preload = "focus";
      options.load = (query, callback) => {
        fetch(url + "?q=" + encodeURIComponent(query), { headers: { Accept: "application/json" } })
          .then((answer) => (answer.ok ? answer.json() : []))
          .then(callback, () => callback());
      };
    }
    const label = document.querySelector('label[for="' + select.id + '"]')?.textContent;
    const widget = new window.TomSelect(select, options);
    if (label) widget.control_input.setAttribute("aria-label", label.replace("*", "").trim());
    select.setAttribute("aria-hidden", "true"); // the widget speaks for it; it takes no focus
  };
  const enhanceAll = (root) => root.querySelectorAll?.("select[data-long-select]").forEach(enhance);
  document.addEventListener("DOMContentLoaded", () => enhanceAll(document));
  document.addEventListener("htmx:afterSettle", (event) => enhanceAll(event.target));
})();
