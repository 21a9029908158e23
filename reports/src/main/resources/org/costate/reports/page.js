"use strict";
/* Builds the page from the report's JSON. All text is set as text, never as markup. */
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const make = (tag, text, kind) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (kind) e.className = kind;
    return e;
  };
  const headed = (title, ...rest) => {
    const box = make("div");
    if (title) box.append(make("h3", title));
    box.append(...rest);
    return box;
  };
  const number = (s) => /^[-+−]?(\d|\.\d)[\d.,]*(e[-+]?\d+)?\s?[%×]?$/i.test(s);
  const numeric = (s) => s === "–" || s.split(" ± ").every(number);

  function table(columns, rows) {
    const t = make("table"), head = make("tr");
    const right = (i) => rows.length > 0 && rows.every((row) => typeof row[i] === "string" && (numeric(row[i]) || row[i] === ""));
    columns.forEach((c, i) => head.append(make("th", c, right(i) ? "number" : "")));
    t.append(head);
    rows.forEach((row) => {
      const line = make("tr");
      row.forEach((cell) => line.append(cell instanceof Node ? cell : make("td", cell, numeric(cell) ? "number" : "")));
      t.append(line);
    });
    const scroll = make("div", undefined, "scroll");
    scroll.append(t);
    return scroll;
  }

  function verdicts(block) {
    const rows = block.verdicts.map((v) => [
      make("td", v.pass ? "✓ pass" : "✗ fail", v.pass ? "pass" : "fail"),
      v.name, v.method, Charts.number(v.violation), Charts.number(v.tolerance), make("td", v.witness, "witness"),
    ]);
    return headed(block.title, table(["", "check", "method", "violation", "tolerance", "witness"], rows));
  }

  function facts(block) {
    const list = make("dl");
    block.facts.forEach((f) => list.append(make("dt", f.name), make("dd", f.value)));
    return list;
  }

  function figures(block) {
    const box = make("div", undefined, "figures");
    block.figures.forEach((f) => {
      const one = make("div", undefined, "figure");
      one.append(make("b", f.value), make("span", f.meaning));
      box.append(one);
    });
    return box;
  }

  function pictures(block) {
    const box = make("div", undefined, "pictures");
    block.pictures.forEach((p) => {
      const figure = make("figure"), canvas = make("canvas");
      canvas.width = p.columns;
      canvas.height = p.rows;
      const context = canvas.getContext("2d"), image = context.createImageData(p.columns, p.rows);
      p.pixels.forEach((v, i) => {
        const grey = Math.round(255 * (1 - Math.min(1, Math.max(0, v === null ? 0 : v))));
        image.data.set([grey, grey, grey, 255], 4 * i);
      });
      context.putImageData(image, 0, 0);
      figure.append(canvas, make("figcaption", p.caption));
      box.append(figure);
    });
    return headed(block.title, box);
  }

  /* One path for the whole layer: a gap in the numbers begins another stroke, a dot is a stroke of no length. */
  function outline(layer) {
    let path = "", begins = true;
    layer.x.forEach((x, i) => {
      const y = layer.y[i];
      if (x === null || y === null) { begins = true; return; }
      path += (begins || layer.form === "dots" ? "M" : "L") + x + " " + -y + (layer.form === "dots" ? "h0" : "");
      begins = false;
    });
    return path + (layer.form === "area" ? "Z" : "");
  }

  function scenes(block) {
    const box = make("div", undefined, "scenes"), drawing = "http://www.w3.org/2000/svg";
    block.scenes.forEach((s) => {
      const figure = make("figure"), svg = document.createElementNS(drawing, "svg");
      svg.setAttribute("viewBox", [-s.reach, -s.reach, 2 * s.reach, 2 * s.reach].join(" "));
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", s.caption);
      s.layers.forEach((layer) => {
        const path = document.createElementNS(drawing, "path");
        path.setAttribute("class", layer.form + " " + layer.tone);
        path.setAttribute("d", outline(layer));
        svg.append(path);
      });
      figure.append(svg, make("figcaption", s.caption));
      box.append(figure);
    });
    return headed(block.title, box);
  }

  const plain = {
    text: (b) => make("p", b.text),
    table: (b) => headed(b.title, table(b.columns, b.rows)),
    facts, figures, verdicts, pictures, scenes,
  };

  document.getElementById("title").textContent = report.title;
  document.getElementById("subtitle").textContent = report.subtitle;
  const main = document.getElementById("sections"), contents = document.getElementById("contents");
  report.sections.forEach((section, i) => {
    const box = make("section");
    box.id = "section-" + i;
    box.append(make("h2", section.title));
    if (section.lead) box.append(make("p", section.lead, "lead"));
    main.append(box);
    const link = make("a", section.title);
    link.href = "#section-" + i;
    contents.append(link);
    section.blocks.forEach((block) => {
      if (!Charts.shows(block.type)) return box.append(plain[block.type](block));
      const chart = make("div", undefined, "chart");
      chart.setAttribute("role", "img");
      chart.setAttribute("aria-label", block.title);
      box.append(headed(block.title, chart));
      Charts.draw(chart, block);
    });
  });
  const footer = document.getElementById("provenance"), list = make("dl");
  Object.entries(report.provenance).forEach(([name, value]) => list.append(make("dt", name), make("dd", value)));
  footer.append(list);
})();
