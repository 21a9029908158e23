"use strict";
/* Turns the blocks of a report into plots; what they show comes from the report's JSON alone. */
const Charts = (() => {
  const palette = {
    light: ["#1f5fa8", "#c8571b", "#1c7a4a", "#8a3fa0", "#a07a00", "#0f8a96", "#b3261e", "#5d6675"],
    dark: ["#7db4f0", "#f2a066", "#5cc48f", "#cf9be0", "#e2c35a", "#62ccd6", "#ff8a80", "#a0a9b8"],
  };
  const ramp = {
    light: ["#f4f1ea", "#c9dcef", "#83b1dd", "#3a7fc0", "#173f73"],
    dark: ["#1c222b", "#24446b", "#2f6fae", "#6fb0e6", "#e6f2fd"],
  };
  const dark = () => matchMedia("(prefers-color-scheme: dark)").matches && !matchMedia("print").matches;
  const mode = () => (dark() ? "dark" : "light");
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function number(v) {
    if (v === null || v === undefined) return "–";
    if (v === 0) return "0";
    const a = Math.abs(v);
    return a >= 1e5 || a < 1e-3 ? v.toExponential(3) : String(+v.toPrecision(5));
  }

  function base() {
    return {
      animation: false,
      color: palette[mode()],
      textStyle: { color: css("--ink"), fontFamily: "inherit" },
      grid: { left: 12, right: 20, top: 44, bottom: 40, containLabel: true },
      tooltip: { confine: true, backgroundColor: css("--card"), borderColor: css("--line"), textStyle: { color: css("--ink") } },
      legend: { type: "scroll", top: 4, itemGap: 18, textStyle: { color: css("--ink") }, pageTextStyle: { color: css("--ink") } },
    };
  }

  function axis(name, logarithmic, extra) {
    return Object.assign({
      type: logarithmic ? "log" : "value", name, nameLocation: "middle", nameGap: 28, scale: true,
      axisLabel: { color: css("--faint"), hideOverlap: true, formatter: (v) => number(v) },
      axisLine: { lineStyle: { color: css("--faint") } },
      nameTextStyle: { color: css("--faint") },
      splitLine: { lineStyle: { color: css("--line") } },
    }, extra);
  }

  const vertical = (a) => axis(a.name, a.logarithmic, { nameLocation: "end", nameGap: 10, nameTextStyle: { color: css("--faint"), align: "left" } });

  /* Layers and iterations have no halves. */
  const counted = (block) => !block.x.logarithmic && block.curves.every((c) => c.x.every(Number.isInteger));

  function lines(block) {
    const positive = (v, log) => (v === null || (log && v <= 0) ? null : v);
    return Object.assign(base(), {
      grid: { left: 12, right: 20, top: 62, bottom: 40, containLabel: true },
      tooltip: Object.assign(base().tooltip, { trigger: "axis", valueFormatter: number }),
      xAxis: axis(block.x.name, block.x.logarithmic, { splitLine: { show: false }, minInterval: counted(block) ? 1 : 0 }),
      yAxis: vertical(block.y),
      dataZoom: [{ type: "inside", filterMode: "none" }],
      series: block.curves.map((c) => ({
        name: c.name, type: c.marks ? "scatter" : "line", symbolSize: c.marks ? 8 : 5,
        showSymbol: c.marks || c.x.length <= 40, connectNulls: false,
        data: c.x.map((x, i) => [positive(x, block.x.logarithmic), positive(c.y[i], block.y.logarithmic)]),
      })),
    });
  }

  function bars(block) {
    return Object.assign(base(), {
      grid: { left: 12, right: 20, top: 62, bottom: 16, containLabel: true },
      tooltip: Object.assign(base().tooltip, { trigger: "axis", valueFormatter: number }),
      xAxis: { type: "category", data: block.categories, axisLabel: { color: css("--faint"), hideOverlap: true } },
      yAxis: Object.assign(vertical(block.y), { scale: false }),
      series: block.bars.map((b) => ({ name: b.name, type: "bar", data: b.values })),
    });
  }

  function heatmap(block) {
    const shown = (v) => (v === null ? null : block.logarithmic ? (v > 0 ? Math.log10(v) : null) : v);
    const cells = [], all = [];
    block.values.forEach((row, r) => row.forEach((v, c) => {
      const s = shown(v);
      if (s !== null) { cells.push([c, r, s, v]); all.push(s); }
    }));
    const low = all.reduce((a, b) => Math.min(a, b), Infinity), high = all.reduce((a, b) => Math.max(a, b), -Infinity);
    const category = (name, data, gap) => ({
      type: "category", data, name, nameLocation: "middle", nameGap: gap, nameTextStyle: { color: css("--faint") },
      axisLabel: { color: css("--faint"), hideOverlap: true }, splitArea: { show: false },
    });
    return Object.assign(base(), {
      legend: { show: false },
      grid: { left: 20, right: 84, top: 34, bottom: 40, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        formatter: (p) => block.rowName + " " + block.rows[p.value[1]] + ", " + block.columnName + " " +
          block.columns[p.value[0]] + ": <b>" + number(p.value[3]) + "</b>",
      }),
      xAxis: category(block.columnName, block.columns, 26),
      yAxis: Object.assign(category(block.rowName, block.rows, 10), { nameLocation: "end", nameTextStyle: { color: css("--faint"), align: "left" } }),
      visualMap: {
        min: all.length ? low : 0, max: all.length ? (high > low ? high : low + 1e-12) : 1, dimension: 2, calculable: true, right: 0, top: "middle", itemHeight: 160,
        inRange: { color: ramp[mode()] }, textStyle: { color: css("--faint") },
        formatter: (v) => number(block.logarithmic ? Math.pow(10, v) : v),
      },
      // All at once: piece by piece, a large map waits for frames that a browser without a window does not paint.
      series: [{ type: "heatmap", data: cells, progressive: 0 }],
    });
  }

  const options = { lines, bars, heatmap };
  const drawn = [];

  function draw(element, block) {
    const chart = echarts.init(element, null, { renderer: block.type === "heatmap" ? "canvas" : "svg" });
    const paint = () => { chart.setOption(options[block.type](block), true); chart.resize(); };
    paint();
    drawn.push(paint);
    new ResizeObserver(() => chart.resize()).observe(element);
  }

  const repaint = () => drawn.forEach((paint) => paint());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  matchMedia("print").addEventListener("change", repaint);

  return { draw, number, shows: (type) => type in options };
})();
