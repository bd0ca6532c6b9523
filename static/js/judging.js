// Cards of a judge: one entry at a time, saved in the background. What could not be sent stays on the device under
// "judging:<seat>" and is sent when the network is back; what the server refuses stays visible until the judge clears it.
(() => {
  "use strict";

  const root = document.querySelector("[data-judging]");
  if (!root) return;
  const key = `judging:${root.dataset.judging}`;
  const cards = [...root.querySelectorAll("[data-judge-card]")];
  const state = root.querySelector("[data-judge-state]");
  const retry = root.querySelector("[data-judge-retry]");
  const refusedBox = root.querySelector("[data-judge-refused]");
  const refusedList = refusedBox.appendChild(document.createElement("ul"));
  const jump = root.querySelector("[data-judge-jump]");
  const isOpen = cards.some((card) => card.querySelector("button"));
  let waiting = {}; // id of the card → {number, points, version, at, refused?, stored?}
  let keeps = true; // whether the device can keep anything
  let sending = false;
  let timer = 0;
  let trouble = "";

  // ---- what is kept on the device
  const load = () => {
    try { waiting = JSON.parse(localStorage.getItem(key) || "{}"); } catch { keeps = false; }
  };
  const keep = () => {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(key, JSON.stringify(waiting));
      else localStorage.removeItem(key);
    } catch { keeps = false; }
  };

  // ---- one card
  // What is no points stays as it was typed, and is refused.
  const plain = (text) => window.pointsOf(text) ?? text.trim();
  const inputs = (card) => [...card.querySelectorAll("input[data-most]")];
  const typed = (card) => Object.fromEntries(inputs(card).map((input) => [input.name, plain(input.value)]));
  const fill = (card, points) => inputs(card).forEach((input) => { input.value = points[input.name] ?? ""; });
  const named = (card, points) => inputs(card).filter((input) => points[input.name])
    .map((input) => `${input.dataset.title} ${points[input.name]}`).join("、") || "空白";
  const sum = (card) => {
    const values = inputs(card).map((input) => Math.round(Number(plain(input.value) || 0) * 100));
    const box = card.querySelector("[data-judge-sum]");
    const isBlank = inputs(card).every((input) => !input.value.trim());
    box.hidden = isBlank || values.length < 2 || values.some(Number.isNaN);
    box.querySelector("output").textContent = values.reduce((total, value) => total + value, 0) / 100;
  };
  const isDone = (card) => inputs(card).length > 0 && inputs(card).every((input) => input.value.trim())
    && !isChanged(card);
  const label = (card) => {
    const option = jump.querySelector(`option[value="${card.id}"]`);
    const item = waiting[card.id];
    const note = item ? (item.refused || item.stored ? "（未存入）" : "（未上传）") : isDone(card) ? "（已评）" : "";
    option.textContent = `${card.dataset.number} 号${note}`;
  };
  const say = (card, text) => {
    const box = card.querySelector("[data-judge-error]");
    box.textContent = text;
    box.hidden = !text;
  };
  const faultOf = (card) => {
    for (const input of inputs(card)) {
      const points = window.pointsOf(input.value);
      const isFit = !input.value.trim() || (points !== null && Number(points) <= Number(input.dataset.most));
      input.classList.toggle("is-invalid", !isFit);
      if (!isFit) return `“${input.dataset.title}”“${input.value.trim()}”不能作为得分。应为 0 至 ${input.dataset.most}，最多两位小数。`;
    }
    return inputs(card).some((input) => input.value.trim()) ? "" : "还没有填写得分";
  };

  // The system holds other points than this device saw: both values are shown, the judge decides.
  const askWhich = (card, item) => {
    say(card, "");
    const box = card.querySelector("[data-judge-error]");
    const text = document.createElement("p");
    text.textContent = `系统里的得分有变动（另一台设备保存过，或主办工会更改过）：${named(card, item.stored)}。本机填写的是：${named(card, item.points)}。`;
    const choice = (title, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-light";
      button.textContent = title;
      button.addEventListener("click", act);
      return button;
    };
    box.replaceChildren(
      text,
      choice("用系统里的", () => {
        fill(card, item.stored);
        card.elements.version.value = item.version;
        delete waiting[card.id];
        keep(); say(card, ""); sum(card); remember(card); show();
      }),
      " ",
      choice("改用本机的", () => {
        delete item.stored;
        keep(); say(card, ""); show(); send();
      }),
    );
    box.hidden = false;
  };

  // ---- what the page says of the whole
  const show = () => {
    const all = Object.values(waiting);
    const refused = Object.entries(waiting).filter(([, item]) => item.refused);
    const open = all.filter((item) => !item.refused && !item.stored).length;
    const asks = all.filter((item) => item.stored).map((item) => `${item.number} 号`);
    const parts = [];
    if (open) parts.push(`未上传 ${open} 项${trouble ? `：${trouble}` : "，正在上传"}`);
    if (asks.length) parts.push(`${asks.join("、")}与系统里的得分不同，请到该号选择`);
    if (refused.length) parts.push(`${refused.length} 项未被接受`);
    if (!keeps) parts.push("这台设备不能暂存，请保持联网，离开本页前先看到“全部已上传”");
    if (!parts.length && isOpen) parts.push("全部已上传");
    state.textContent = parts.join("；");
    state.classList.toggle("is-waiting", all.length > 0);
    retry.hidden = !open || sending;
    refusedBox.hidden = !refused.length;
    refusedList.replaceChildren(...refused.map(([id, item]) => {
      const line = document.createElement("li");
      line.textContent = `${item.number} 号：${item.told}（${item.at}）——${item.refused} `;
      const clear = document.createElement("button");
      clear.type = "button";
      clear.className = "btn btn-light btn-sm";
      clear.textContent = "裁判长已处理，清除";
      clear.addEventListener("click", () => { delete waiting[id]; keep(); show(); });
      line.append(clear);
      return line;
    }));
    cards.forEach(label);
  };

  // ---- sending, one after the other
  const later = (seconds, why) => {
    trouble = why;
    clearTimeout(timer);
    timer = setTimeout(send, seconds * 1000);
  };
  const refuse = (item, text) => { item.refused = text; };
  const settle = async (card, item, response) => {
    if (response.redirected || !(response.headers.get("Content-Type") || "").includes("json")) {
      if (response.status === 404) refuse(item, "评分链接已失效，或不再由您评分");
      else later(60, "登录已失效或服务器忙，请刷新页面后重试");
      return response.status === 404;
    }
    const answer = await response.json();
    if (response.ok && !answer.code) {
      card.elements.version.value = answer.version;
      if (waiting[card.id] === item) delete waiting[card.id]; // kept as saved when it was put: more may be typed since
      else if (waiting[card.id]) waiting[card.id].version = answer.version; // changed while it was on its way
    } else if (answer.code === "stale") {
      Object.assign(item, { stored: answer.stored, version: answer.version });
      if (waiting[card.id] === item) askWhich(card, item);
    } else {
      refuse(item, answer.message);
      if (answer.code !== "frozen") say(card, answer.message);
    }
    return true;
  };
  const send = async () => {
    if (sending) return;
    clearTimeout(timer);
    sending = true;
    trouble = "";
    try {
      for (const [id, item] of Object.entries(waiting)) {
        if (item.refused || item.stored) continue;
        const card = document.getElementById(id);
        if (!card) { refuse(item, "这一号已不由您评分（退赛、缺考、未晋级或回避）"); continue; }
        const body = new URLSearchParams({ ...item.points, version: item.version });
        const token = card.elements.csrfmiddlewaretoken.value;
        const response = await fetch(card.action, {
          method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token }, body,
        });
        if (!(await settle(card, item, response))) break;
        keep();
      }
    } catch {
      later(5, "网络不通，恢复后自动上传");
    } finally {
      sending = false;
      keep();
      show();
    }
    if (!trouble && Object.values(waiting).some((item) => !item.refused && !item.stored)) send();
  };

  // ---- moving between cards
  const saved = new Map(); // card → what was last kept of it
  const remember = (card) => saved.set(card, JSON.stringify(typed(card)));
  const put = (card) => {
    const fault = faultOf(card);
    say(card, fault);
    if (fault) return false;
    const old = waiting[card.id];
    waiting[card.id] = {
      number: card.dataset.number, points: typed(card), told: named(card, typed(card)),
      version: old && !old.refused ? old.version : card.elements.version.value,
      at: new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" }),
    };
    remember(card);
    keep();
    show();
    send();
    return true;
  };
  const isChanged = (card) => saved.get(card) !== JSON.stringify(typed(card));
  let current = null;
  const turn = (card) => {
    if (current && current !== card && isOpen && isChanged(current) && !put(current)) {
      jump.querySelector("select").value = current.id;
      return;
    }
    current = card;
    cards.forEach((other) => { other.hidden = other !== card; });
    jump.querySelector("select").value = card.id;
    const place = cards.indexOf(card);
    jump.querySelector('[data-judge-step="-1"]').disabled = place === 0;
    jump.querySelector('[data-judge-step="1"]').disabled = place === cards.length - 1;
    history.replaceState(null, "", `#${card.id}`);
    card.querySelector("input[data-most]")?.focus();
  };

  load();
  // Two tabs of this device share what is kept.
  window.addEventListener("storage", (event) => { if (event.key === key && !sending) { load(); show(); } });
  if (cards.length) {
    cards.forEach((card) => {
      // What the server sent, not what was typed before this script ran: that has yet to be saved.
      saved.set(card, JSON.stringify(Object.fromEntries(inputs(card).map((input) => [input.name, input.defaultValue.trim()]))));
      const item = waiting[card.id];
      if (item && !item.refused) { fill(card, item.points); remember(card); }
      if (item?.stored) askWhich(card, item);
      sum(card);
      card.addEventListener("input", () => sum(card));
      card.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!put(card)) return;
        const next = cards[cards.indexOf(card) + 1];
        if (next) turn(next);
      });
      const next = card.querySelector("[data-judge-next]");
      if (next && card !== cards[cards.length - 1]) next.hidden = false;
    });
    jump.hidden = false;
    jump.querySelector("select").addEventListener("change", (event) => turn(document.getElementById(event.target.value)));
    jump.addEventListener("click", (event) => {
      const step = event.target.closest("[data-judge-step]");
      const card = step && cards[cards.indexOf(current) + Number(step.dataset.judgeStep)];
      if (card) turn(card);
    });
    const asked = location.hash && document.getElementById(location.hash.slice(1));
    turn(cards.includes(asked) ? asked : cards.find((card) => !isDone(card)) || cards[0]);
  }
  retry.addEventListener("click", send);
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => {
    const isWaiting = Object.values(waiting).some((item) => !item.refused);
    if (isWaiting || (current && isOpen && isChanged(current))) event.preventDefault();
  });
  show();
  send();
})();
