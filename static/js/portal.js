// Small behaviours of every page. Each is opt-in by a data attribute and works again after an htmx swap.
(() => {
  "use strict";

  // Questions: hx-confirm and data-confirm open the page's dialog instead of the browser's own.
  const ask = (question) => new Promise((resolve) => {
    const dialog = document.getElementById("confirm");
    document.getElementById("confirm-question").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    ask(question).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
    });
  }, true);

  // A second click on a submit button must not send the form again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sending]").forEach((form) => {
      delete form.dataset.sending;
      delete form.dataset.confirmed;
    });
  });

  // Filters: a changed select or date applies at once; text waits for Enter or the button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=date], input[type=month], input[type=checkbox], input[type=radio]")) {
      form.requestSubmit();
    }
  });

  // Lists: j and k move, Enter opens, / goes to the search box.
  const typing = (target) => target.matches("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("table[data-rows] > tbody > tr")].filter((row) => row.querySelector("a"));
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("row-current"));
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("row-current", row === next));
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search], input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "j") {
      move(1);
    } else if (event.key === "k") {
      move(-1);
    }
  });

  // Buttons that print, copy, or close.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    else if (navigator.clipboard) {
      const source = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(source.value || source.textContent.trim())
        .then(() => { button.textContent = "已复制"; });
    } else {
      document.getElementById(button.dataset.copy).select();
    }
  });

  // The error summary takes the focus, so that a screen reader reads it first.
  const focusErrors = (root) => root.querySelector?.("[data-autofocus]")?.focus();
  document.addEventListener("DOMContentLoaded", () => focusErrors(document));
  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));

  // A fragment request that ended on the sign-in page: the session is over, so show that page whole.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr.responseURL;
    if (!address || !new URL(address).pathname.startsWith("/accounts/")) return;
    if (window.location.pathname.startsWith("/accounts/")) return;
    event.detail.shouldSwap = false;
    window.location.reload();
  });

  // 4xx and 5xx answers of a fragment request are told, never swallowed.
  const tell = (text) => {
    const box = document.createElement("div");
    box.className = "alert alert-danger";
    box.textContent = text;
    document.getElementById("messages")?.replaceChildren(box);
    window.scrollTo(0, 0);
  };
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403) tell("没有权限，或登录已失效。请刷新页面后重试。");
    else if (status === 404) tell("记录不存在，或不在您的管理范围内。");
    else tell("服务器未能完成这次操作（" + status + "），请稍后重试。");
  });
  document.addEventListener("htmx:sendError", () => tell("网络连接中断，请检查网络后重试。"));
})();
