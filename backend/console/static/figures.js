/* Draws each chart from the table that stands beside it, in the page's own colours. */
"use strict";

{
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const style = getComputedStyle(document.documentElement);
  const colour = style.getPropertyValue("--accent").trim() || "#1d5c52";
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };

  const rowsOf = (id) =>
    Array.from(document.querySelectorAll(`#${id} tbody tr`), (row) => {
      const name = row.querySelector("th");
      return [name.dataset.value ?? name.textContent.trim(), Number(row.querySelector("td").textContent)];
    });

  const days = (rows) => ({
    grid: { left: 48, right: 16, top: 16, bottom: 32 },
    xAxis: { type: "category", data: rows.map(([day]) => day.slice(5).replace("-", "月") + "日"), axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1 },
    tooltip: { trigger: "axis", valueFormatter: (value) => `${value} 次` },
    series: [{ type: "line", data: rows.map(([, reads]) => reads), smooth: false, showSymbol: rows.length < 40, areaStyle: { opacity: 0.12 } }],
  });

  const channels = (rows) => ({
    grid: { left: 84, right: 40, top: 8, bottom: 24 },
    xAxis: { type: "value", minInterval: 1 },
    yAxis: { type: "category", inverse: true, data: rows.map(([name]) => name), axisTick: { show: false } },
    series: [{ type: "bar", data: rows.map(([, reads]) => reads), barMaxWidth: 18, label: { show: true, position: "right" } }],
  });

  const drawings = { days, channels };
  for (const place of document.querySelectorAll(".chart")) {
    const chart = echarts.init(place, null, { renderer: "svg" });
    const kind = place.dataset.kind;
    chart.setOption({ color: [colour], textStyle: text, animation: !still, ...drawings[kind](rowsOf(kind)) });
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}
