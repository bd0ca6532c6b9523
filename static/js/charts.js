// [data-chart="id"]: draws the ECharts option of <script type="application/json" id="id"> as SVG.
// Tooltips are drawn inside the picture: HTML tooltips need inline styles, which the policy forbids.
(() => {
  "use strict";
  const draw = (holder) => {
    const source = document.getElementById(holder.dataset.chart);
    if (!source || holder.dataset.drawn) return;
    holder.dataset.drawn = "yes";
    const option = JSON.parse(source.textContent);
    option.tooltip = { trigger: "axis", confine: true, ...(option.tooltip || {}), renderMode: "richText" };
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) option.animation = false;
    // Lying bars: each needs room for its name and its number.
    const bars = option.yAxis?.data?.length ?? 0;
    if (40 + 22 * bars > holder.clientHeight) holder.style.height = `${40 + 22 * bars}px`;
    const chart = window.echarts.init(holder, null, { renderer: "svg" });
    chart.setOption(option);
    new ResizeObserver(() => chart.resize()).observe(holder);
    chart.on("click", (params) => {
      const url = params.data?.url;
      if (typeof url === "string" && url.startsWith("/")) window.location.assign(url);
    });
  };
  const drawAll = (root) => root.querySelectorAll?.("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
})();
