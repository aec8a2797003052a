"use strict";
// Every text of a workbook goes into the page as text (el, textContent), never as markup.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const at = (id) => document.getElementById(id);
  const data = read("rows");
  const { words } = data;
  const collator = new Intl.Collator("vi", { numeric: true });
  const SVG = "http://www.w3.org/2000/svg";
  const STEP = 100; // findings, or names in a list, that are shown before one asks for more
  const BARS = 8;
  const NO_FIGURES = { unreadable: true, missing: true, aside: true, unfilled: true };
  const BANDS = [0, 2, 5, 10, 20, 30, 50]; // per cent

  // ---- words and numbers
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const [group, point] = data.lang === "vi" ? [".", ","] : [",", "."];
  const say = (number) => {
    const [whole, rest] = String(number).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, group) + (rest ? point + rest : "");
  };
  const percent = (rate) => `${say(rate)}%`;
  // Half up to two decimals in whole numbers, as vietnamese.numbers.rate does it.
  const rateOf = (part, whole) => {
    if (!whole) return null;
    const hundredths = String((BigInt(part) * 20000n + BigInt(whole)) / (2n * BigInt(whole))).padStart(3, "0");
    return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)}`;
  };
  const fold = (text) => ` ${text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase()}`
    .replace(/[^\p{L}\p{N}]+/gu, " ");

  // ---- elements
  const el = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  };
  const draw = (tag, attributes, text) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const option = (value, text) => el("option", { value }, text);
  // A list that shows a part of itself, and more on demand.
  const listed = (list, items, make) => {
    const box = el("div", {}, list);
    const show = (from) => {
      const next = state.printing ? items.length : from + STEP;
      list.append(...items.slice(from, next).map(make));
      if (next >= items.length) return;
      const count = say(Math.min(STEP, items.length - next));
      box.append(el("button", { type: "button", onclick(event) {
        event.target.remove();
        const first = list.children.length;
        show(next);
        list.children[first].tabIndex = -1;
        list.children[first].focus();
      } }, fill(words.more, { count })));
    };
    show(0);
    return box;
  };

  // ---- rows
  const rank = Object.fromEntries(Object.keys(data.statuses).map((name, place) => [name, place]));
  const rows = data.rows.map((values, number) => {
    const row = { number };
    data.fields.forEach((field, place) => { row[field] = values[place]; });
    row.name = row.unit || row.file;
    row.counts = row.status !== "superseded";
    row.hay = fold([row.unit, row.code, row.district, row.province, row.file, row.remarks.join(" ")].join(" "));
    row.years = fold(row.period);
    return row;
  });
  [...rows].sort((one, other) => collator.compare(one.name, other.name)).forEach((row, place) => { row.order = place; });

  const known = (field) => [...new Set(rows.map((row) => row[field]))].sort(collator.compare);
  const columns = [
    { key: "unit", value: (row) => row.order },
    { key: "status", value: (row) => rank[row.status] },
    ...(known("period").some(Boolean) ? [{ key: "period", value: (row) => row.period || null, show: (row) => row.period }] : []),
    { key: "errors", number: true, value: (row) => row.errors || null, show: (row, count) => say(count) },
    { key: "warnings", number: true, value: (row) => row.warnings || null, show: (row, count) => say(count) },
    ...data.figures.map(([key, isRate, parts], place) => ({
      key, number: true, isRate, parts, place,
      show: (row) => (isRate ? percent : say)(row.figures[place]),
      value: (row) => (row.figures.length && row.figures[place] !== null ? Number(row.figures[place]) : null),
    })).filter((column) => rows.some((row) => column.value(row) !== null)),
  ];
  const column = Object.fromEntries(columns.map((one) => [one.key, one]));
  const figure = (key) => column[key] || { value: () => null, absent: true };

  // ---- what is selected
  const state = { sort: "status", down: false, page: 0, open: new Set(), printing: false };
  let selection = rows;
  const chosen = (id) => at(id).value;
  // The value of an option that stands for "not named" is a space: "" stands for all.
  const fits = (wanted, value) => !wanted || (value || " ") === wanted;
  const select = () => {
    const asked = fold(chosen("search")).trim().split(" ").filter(Boolean).map((word) => ` ${word}`);
    const [status, standing, province, district, rule] =
      ["status", "standing", "province", "district", "rule"].map(chosen);
    selection = rows.filter((row) => fits(status, row.status) && fits(province, row.province)
      && fits(district, row.district) && (!standing || row.standings.includes(standing))
      && (!rule || row.rules[rule]) && asked.every((word) => row.hay.includes(word) || (word.length > 4 && row.years.includes(word))));
    const { value } = column[state.sort];
    const way = state.down ? -1 : 1;
    selection.sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (a === b) return one.order - other.order;
      if (a === null || b === null) return a === null ? 1 : -1; // a blank is last in both ways
      return a < b ? -way : way;
    });
  };

  // ---- the table
  const cell = (one, row) => {
    const value = one.value(row);
    const kind = `${one.number ? "number" : "period"}${value === null ? " blank" : ""}`;
    const text = value === null ? "" : one.show(row, value);
    return el("td", { role: "cell", class: kind, "data-label": data.column[one.key] }, text);
  };
  const tag = (kind, text) => el("span", { class: `tag ${kind}` }, text);
  const rowOf = (row, index) => {
    const isOpen = state.open.has(row.number);
    const button = el("button", {
      type: "button", class: "open", "aria-expanded": isOpen, "aria-controls": `detail-${row.number}`,
      onclick() { toggle(row, button); },
    }, row.name);
    const where = [row.district, row.province].filter(Boolean).join(", ");
    const tags = [tag(row.status, data.statuses[row.status])];
    for (const name of row.standings) {
      if (data.standings[name] !== data.statuses[row.status]) tags.push(tag("standing", data.standings[name]));
    }
    return el("tr", { role: "row", class: row.status, "aria-rowindex": index + 2 },
      el("th", { role: "rowheader", scope: "row" }, button, where ? el("small", {}, where) : null),
      el("td", { role: "cell" }, ...tags),
      ...(row.status in NO_FIGURES
        ? [el("td", { role: "cell", class: "why", colspan: columns.length - 2 }, row.remarks.join(" "))]
        : columns.slice(2).map((one) => cell(one, row))));
  };
  const toggle = (row, button) => {
    const line = button.closest("tr");
    const opening = !state.open.has(row.number);
    button.setAttribute("aria-expanded", opening);
    if (opening) {
      state.open.add(row.number);
      line.after(detailOf(row));
    } else {
      state.open.delete(row.number);
      line.nextElementSibling.remove();
    }
  };
  const chunks = new Map();
  const findingsOf = (row) => {
    if (!row.found) return [];
    const number = Math.floor(row.number / data.chunk);
    if (!chunks.has(number)) chunks.set(number, read(`findings-${number}`));
    return chunks.get(number)[row.number % data.chunk];
  };
  const findingOf = ([severity, code, sheet, address, message, offers, explanation]) => el("li", { class: severity },
    el("p", { class: "head" }, tag(severity, data.severities[severity]), `${code} `, data.rules[code] || "",
      el("span", { class: "place" }, ` – ${[sheet, address].filter(Boolean).join(", ")}`)),
    el("p", {}, message),
    ...offers.map((offer) => el("p", { class: "offer" }, `${words.proposal}: ${offer}`)),
    explanation ? el("p", { class: "offer" }, `${words.explanation}: ${explanation}`) : null);
  const detailOf = (row) => {
    const links = ["plan", "marked", "reply"].map((name, place) => [words[name], row.links[place]]);
    const named = links.filter(([, address]) => address);
    const findings = findingsOf(row);
    return el("tr", { role: "row", class: "detail", id: `detail-${row.number}` },
      el("td", { role: "cell", colspan: columns.length },
        el("p", { class: "facts" },
          row.file ? el("span", {}, `${words.file}: ${row.file}`) : null,
          row.code ? el("span", {}, `${words.code}: ${row.code}`) : null),
        ...row.remarks.map((remark) => el("p", { class: "remark" }, remark)),
        named.length ? el("ul", { class: "links" }, ...named.map(([text, href]) => el("li", {}, el("a", { href }, text)))) : null,
        findings.length ? listed(el("ol", { class: "findings" }), findings, findingOf)
          : row.status in NO_FIGURES ? null : el("p", {}, words.no_findings)));
  };
  // Of two years nothing is added: what is added is of the first of data.periods that the selection has.
  const mainPeriod = (counted) => {
    const there = new Set(counted.map((row) => row.period));
    return there.size < 2 ? "" : data.periods.find((period) => there.has(period));
  };
  const summedRows = () => {
    const counted = selection.filter((row) => row.counts && row.figures.length);
    const period = mainPeriod(counted);
    return [period ? counted.filter((row) => row.period === period) : counted, period];
  };
  const sumOf = (one, counted) => {
    const numbers = (place) => (row) => (Number.isInteger(row.figures[place]) ? row.figures[place] : null);
    if (one.place === undefined) return say(counted.reduce((sum, row) => sum + row[one.key], 0));
    if (!one.isRate) {
      const found = counted.map(numbers(one.place)).filter((value) => value !== null);
      return found.length ? say(found.reduce((sum, value) => sum + value, 0)) : "";
    }
    const [part, whole] = one.parts.map(numbers);
    const both = counted.filter((row) => part(row) !== null && whole(row) !== null);
    const sum = (value) => both.reduce((total, row) => total + value(row), 0);
    const rate = rateOf(sum(part), sum(whole));
    return rate === null ? "" : percent(rate);
  };
  const footOf = () => {
    const [counted, period] = summedRows();
    const said = fill(period ? words.sum_of : words.sum, { count: say(counted.length), period });
    const plain = columns.filter((one) => !one.number).length;
    return el("tr", { role: "row" },
      el("th", { role: "rowheader", scope: "row", colspan: plain }, said),
      ...columns.slice(plain).map((one) => el("td", { role: "cell", class: "number", "data-label": data.column[one.key] }, sumOf(one, counted))));
  };
  const size = () => (state.printing ? Infinity : Number(chosen("page-size")));
  const body = el("tbody", { role: "rowgroup" });
  const foot = el("tfoot", { role: "rowgroup" });
  const fillTable = () => {
    const from = state.printing ? 0 : state.page * size();
    const lines = [];
    selection.slice(from, from + size()).forEach((row, place) => {
      lines.push(rowOf(row, from + place));
      if (state.open.has(row.number)) lines.push(detailOf(row));
    });
    if (!lines.length) lines.push(el("tr", { role: "row", class: "empty" }, el("td", { role: "cell", colspan: columns.length }, words.nothing)));
    body.replaceChildren(...lines);
  };
  const heads = Object.fromEntries(columns.map((one) => [one.key, el("th", {
    role: "columnheader", scope: "col", class: one.number ? "number" : null, "data-label": data.column[one.key],
  }, el("button", { type: "button", onclick() { sortBy(one.key); } }, data.column[one.key]))]));
  const sortBy = (key, down) => {
    const same = state.sort === key;
    state.down = down !== undefined ? down : same ? !state.down : Boolean(column[key].number);
    state.sort = key;
    refresh();
  };

  // ---- pages
  const buttons = {};
  const go = (page) => {
    const last = Math.max(0, Math.ceil(selection.length / size()) - 1);
    const next = Math.min(Math.max(page, 0), last);
    if (next === state.page) return;
    state.page = next;
    fillTable();
    tellPages();
  };
  for (const [name, sign, page] of [["first", "«", () => 0], ["back", "‹", () => state.page - 1],
    ["next", "›", () => state.page + 1], ["last", "»", () => Infinity]]) {
    buttons[name] = el("button", { type: "button", "aria-label": words[name], title: words[name], onclick() { go(page()); } }, sign);
  }
  const pageNumber = el("output", { "aria-live": "polite" });
  at("pages").append(buttons.first, buttons.back, pageNumber, buttons.next, buttons.last);
  const tellPages = () => {
    const pages = Math.max(1, Math.ceil(selection.length / size()));
    pageNumber.textContent = fill(words.page_of, { page: say(state.page + 1), pages: say(pages) });
    for (const name of ["first", "back"]) buttons[name].setAttribute("aria-disabled", state.page === 0);
    for (const name of ["next", "last"]) buttons[name].setAttribute("aria-disabled", state.page >= pages - 1);
    at("pager").hidden = selection.length <= 50;
  };

  // ---- charts
  const top = (items) => items.sort((one, other) => other.size - one.size || one.order - other.order).slice(0, BARS);
  const byFigure = (key, text) => {
    const { value, place } = figure(key);
    return top(summedRows()[0].filter((row) => value(row) > 0)
      .map((row) => ({ label: row.name, order: row.order, size: value(row), text: text(row.figures[place]) })));
  };
  const POOR = "ty_le_ho_ngheo_dau_ky";
  const spread = () => {
    const rates = summedRows()[0].map(figure(POOR).value).filter((rate) => rate !== null);
    return rates.length ? BANDS.map((from, place) => {
      const to = BANDS[place + 1] || Infinity;
      const count = rates.filter((rate) => rate >= from && rate < to).length;
      const label = fill(to === Infinity ? words.band_last : words.band, { from: percent(from), to: percent(to) });
      return { label, size: count, text: fill(words.of_units, { count: say(count) }) };
    }) : [];
  };
  const byRule = () => {
    const found = new Map();
    for (const row of selection) {
      if (!row.counts) continue;
      for (const [code, count] of Object.entries(row.rules)) {
        const sum = found.get(code) || { label: `${code} ${data.rules[code] || ""}`, order: code, size: 0, units: 0 };
        sum.size += count;
        sum.units += 1;
        found.set(code, sum);
      }
    }
    return top([...found.values()]).map((sum) => ({
      ...sum, text: fill(words.rule_count, { count: say(sum.size), units: say(sum.units) }),
    }));
  };
  // Figures of two years stand beside each other no more than they are added.
  const ofPeriod = (title) => {
    const period = summedRows()[1];
    return period ? fill(words.chart_of, { title, period }) : title;
  };
  const charts = [
    [() => ofPeriod(words.high_rates), () => byFigure(POOR, percent)],
    [() => ofPeriod(words.spread), spread],
    [() => ofPeriod(words.cuts), () => byFigure("giam_ho_ngheo", (count) => fill(words.households, { count: say(count) }))],
    [() => words.by_rule, byRule],
  ].map(([titled, bars]) => {
    const caption = el("figcaption", {});
    const box = el("figure", {}, caption);
    return { titled, caption, bars, box, tallest: 0 };
  });
  at("charts").querySelector(".charts").append(...charts.map((chart) => chart.box));
  // As many characters of a label as there is room for; the text alternative has them all.
  const cut = (text, room) => (text.length * 7 <= room ? text : `${text.slice(0, Math.max(6, Math.floor(room / 7) - 1))}…`);
  const drawChart = (chart) => {
    const bars = chart.bars();
    const title = chart.titled();
    chart.caption.textContent = title;
    const width = Math.max(220, chart.box.clientWidth - 32);
    chart.tallest = Math.max(chart.tallest, bars.length); // so that nothing below it moves while one types
    const height = Math.max(1, chart.tallest) * 33;
    const most = Math.max(...bars.map((bar) => bar.size), 0) || 1;
    const told = bars.map((bar) => `${bar.label}: ${bar.text}`).join("; ") || words.no_figures;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}. ${told}` });
    if (!bars.length) svg.append(draw("text", { x: 0, y: 16 }, words.no_figures));
    bars.forEach((bar, place) => {
      const y = place * 33;
      const room = width - bar.text.length * 7.5 - 12;
      svg.append(
        draw("text", { x: 0, y: y + 13 }, cut(bar.label, room)),
        draw("text", { x: width, y: y + 13, class: "value" }, bar.text),
        draw("rect", { x: 0, y: y + 18, width, height: 9, rx: 2, class: "track" }),
        draw("rect", { x: 0, y: y + 18, width: Math.max(bar.size ? 2 : 0, (width * bar.size) / most), height: 9, rx: 2, class: "bar" }));
    });
    chart.box.replaceChildren(chart.box.firstChild, svg);
  };
  const drawCharts = () => charts.forEach(drawChart);

  // ---- all of it
  const refresh = () => {
    select();
    state.page = 0;
    const { sort, down } = state;
    for (const [key, head] of Object.entries(heads)) {
      if (key === sort) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    at("sort").value = sort;
    at("direction").textContent = down ? words.down : words.up;
    at("table").setAttribute("aria-rowcount", selection.length + 1);
    const all = { count: say(selection.length), all: say(rows.length) };
    at("shown").textContent = `${fill(selection.length === rows.length ? words.shown : words.shown_of, all)}, `
      + fill(down ? words.sorted_down : words.sorted_up, { column: data.column[sort].toLowerCase() });
    fillTable();
    foot.replaceChildren(footOf());
    tellPages();
    drawCharts();
  };

  // ---- filters
  const offer = (id, values, text) => {
    const box = at(id);
    const before = box.value;
    box.replaceChildren(option("", words.all), ...values.map((value) => option(value || " ", text(value))));
    box.value = values.map((value) => value || " ").includes(before) ? before : "";
    box.closest("p").hidden = values.length < 2 && !(values.length && ["standing", "rule"].includes(id));
  };
  const counted = (name, count) => `${name} (${say(count)})`;
  const place = (name) => name || words.none_named;
  const offerDistricts = () => {
    const inside = rows.filter((row) => fits(chosen("province"), row.province));
    offer("district", [...new Set(inside.map((row) => row.district))].sort(collator.compare), place);
  };
  const standings = Object.keys(data.standings).map((name) => [name, rows.filter((row) => row.standings.includes(name))])
    .filter(([, found]) => found.length);
  const statuses = Object.keys(data.statuses).filter((name) => rows.some((row) => row.status === name));
  offer("status", statuses, (name) => counted(data.statuses[name], rows.filter((row) => row.status === name).length));
  offer("standing", standings.map(([name]) => name),
    (name) => counted(data.standings[name], standings.find(([other]) => other === name)[1].length));
  offer("province", known("province"), place);
  offerDistricts();
  const used = new Set(rows.flatMap((row) => Object.keys(row.rules)));
  offer("rule", Object.keys(data.rules).filter((code) => used.has(code)), (code) => `${code} ${data.rules[code]}`);
  at("search").addEventListener("input", refresh);
  at("province").addEventListener("change", offerDistricts);
  for (const id of ["status", "standing", "province", "district", "rule"]) at(id).addEventListener("change", refresh);
  at("clear").addEventListener("click", () => {
    for (const id of ["search", "status", "standing", "province"]) at(id).value = "";
    offerDistricts();
    for (const id of ["district", "rule"]) at(id).value = "";
    refresh();
  });
  at("sort").append(...columns.map((one) => option(one.key, data.column[one.key])));
  at("sort").addEventListener("change", () => sortBy(chosen("sort"), Boolean(column[chosen("sort")].number)));
  at("direction").addEventListener("click", () => sortBy(state.sort));
  at("page-size").addEventListener("change", () => { state.page = 0; fillTable(); tellPages(); });

  // ---- who is to be reminded
  const reminders = [];
  for (const [name, found] of standings) {
    if (name === "superseded") continue;
    const box = el("details", {}, el("summary", {}, counted(data.standings[name], found.length)));
    box.refill = () => {
      if (box.children.length > 1) box.lastChild.remove();
      const sorted = found.sort((one, other) => collator.compare(one.province, other.province)
        || collator.compare(one.district, other.district) || one.order - other.order);
      box.append(listed(el("ul"), sorted, (row) => el("li", {},
        [row.name, row.district, row.province].filter(Boolean).join(", "),
        row.remarks.length ? el("small", {}, row.remarks.join(" ")) : null)));
    };
    box.addEventListener("toggle", () => { if (box.open && box.children.length < 2) box.refill(); });
    reminders.push(box);
    at("to-follow").append(box);
    at("to-follow").hidden = false;
  }

  at("table").append(
    el("thead", { role: "rowgroup" }, el("tr", { role: "row", "aria-rowindex": 1 }, ...Object.values(heads))), body, foot);
  for (const section of document.querySelectorAll(".needs-script")) section.hidden = false;
  refresh();
  // Paper takes all of the selection, the screen a page of it.
  let closed = [];
  addEventListener("beforeprint", () => {
    state.printing = true;
    closed = reminders.filter((box) => !box.open);
    for (const box of reminders) { box.refill(); box.open = true; }
    fillTable();
  });
  addEventListener("afterprint", () => {
    state.printing = false;
    for (const box of reminders) box.refill();
    for (const box of closed) box.open = false;
    fillTable();
  });
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawCharts, 100); });
})();
