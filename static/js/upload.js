// form[data-upload]: sends the file with a progress bar, then follows the answer. Works as a plain form without it.
// Inside the form: <progress hidden>, an element [data-upload-note], and optionally label.upload-drop.
(() => {
  "use strict";
  const note = (form, text) => { form.querySelector("[data-upload-note]").textContent = text; };

  const send = (form) => {
    const bar = form.querySelector("progress");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "upload");
    request.upload.onprogress = (event) => {
      bar.hidden = false;
      if (event.lengthComputable) {
        bar.max = event.total;
        bar.value = event.loaded;
        note(form, "正在上传 " + Math.floor((event.loaded / event.total) * 100) + "%");
      }
      if (event.loaded === event.total) note(form, "上传完成，正在识别文件……");
    };
    request.onload = () => {
      if (request.status === 413) {
        bar.hidden = true;
        note(form, "文件太大，服务器拒绝接收。请拆分后重新上传。");
        return;
      }
      // The answer is a whole page: a redirect to the next step, or this form again with its errors.
      if (request.responseURL !== window.location.href) window.location.assign(request.responseURL);
      else {
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        document.getElementById("main").replaceWith(page.getElementById("main"));
        document.querySelector("[data-autofocus]")?.focus();
      }
    };
    request.onerror = () => {
      bar.hidden = true;
      note(form, "网络连接中断，文件没有上传。请重试。");
    };
    request.send(new FormData(form));
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-upload]")) return;
    event.preventDefault();
    send(event.target);
  });

  const dropZone = (event) => event.target.closest?.(".upload-drop");
  document.addEventListener("dragover", (event) => {
    const zone = dropZone(event);
    if (zone) { event.preventDefault(); zone.classList.add("upload-over"); }
  });
  document.addEventListener("dragleave", (event) => dropZone(event)?.classList.remove("upload-over"));
  document.addEventListener("drop", (event) => {
    const zone = dropZone(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("upload-over");
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
