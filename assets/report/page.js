"use strict";
/* Draws the timeline of one session from the columns in this page. Loads nothing, sends nothing, keeps nothing. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const t = new Float32Array(bytes(data.t));
  const p = new Uint16Array(bytes(data.p)); // (N, 4) in ten thousandths, MISSING where nothing was present
  const w = new Uint16Array(bytes(data.w)); // (N, 3)
  const present = new Uint8Array(bytes(data.present)); // a bit for each modality
  const abstains = new Int8Array(bytes(data.abstains));
  const reasons = new Int8Array(bytes(data.reasons)); // (N, 3)
  const MISSING = 65535, SCALE = 10000, N = t.length, S = data.states.length, M = data.modalities.length;
  const LEFT = 88, RIGHT = 96, BREAK = Math.max(2, 3 * data.hop);
  const ROWS = {
    named: [6, 16], curves: [34, 190], weights: [242, 80], presence: [332, 42],
    activities: [384, 18], reports: [408, 18], markers: [432, 18], axis: [456, 24],
  };
  const plot = document.getElementById("plot"), overlay = document.getElementById("overlay");
  const overview = document.getElementById("overview"), readout = document.getElementById("readout");
  const whole = { from: 0, to: Math.max(data.duration, N ? t[N - 1] : 0, 1) };
  const view = { ...whole };
  const hint = readout.textContent;
  let colours, hatched, dragged = null;

  const clock = (s) => {
    const tenths = view.to - view.from < 20 ? `.${Math.floor((s % 1) * 10)}` : "";
    const two = (x) => String(Math.floor(x)).padStart(2, "0");
    return `${Math.floor(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)}${tenths}`;
  };
  const percent = (x) => `${Math.round(x * 100)} %`;
  const firstAt = (times, at) => {
    let low = 0, high = times.length;
    while (low < high) { const middle = (low + high) >> 1; if (times[middle] < at) low = middle + 1; else high = middle; }
    return low;
  };

  function prepare(canvas) {
    const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    return [pen, width, height];
  }

  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    colours = Object.fromEntries(["ground", "panel", "text", "quiet", "rule", "hatch", "gap"]
      .map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colours.hatch;
    pen.globalAlpha = 0.55;
    for (const shift of [-8, 0, 8]) { pen.beginPath(); pen.moveTo(shift, 8); pen.lineTo(shift + 8, 0); pen.stroke(); }
    hatched = tile;
  }

  /* Steps of the view by pixel, or by three where many fall into one: least, most and mean of each curve, and shares. */
  function bins(width) {
    const made = [], onePixel = (view.to - view.from) / width, perBin = onePixel * (onePixel > 2 * data.hop ? 3 : 1);
    let bin = null, column = -1;
    const end = Math.min(N, firstAt(t, view.to) + 2);
    for (let i = Math.max(0, firstAt(t, view.from) - 1); i < end; i++) {
      const at = Math.floor((t[i] - view.from) / perBin);
      if (bin === null || at !== column) {
        bin = { from: t[i] - data.hop, to: t[i], count: 0, undecided: 0, seen: 0, low: Array(S).fill(1), high: Array(S).fill(0),
          mean: Array(S).fill(0), weights: Array(M).fill(0), there: Array(M).fill(0) };
        made.push(bin);
        column = at;
      }
      bin.to = t[i];
      bin.count++;
      if (abstains[i] >= 0) bin.undecided++;
      for (let m = 0; m < M; m++) { bin.there[m] += (present[i] >> m) & 1; bin.weights[m] += w[i * M + m] / SCALE; }
      if (p[i * S] === MISSING) continue;
      bin.seen++;
      for (let s = 0; s < S; s++) {
        const value = p[i * S + s] / SCALE;
        bin.mean[s] += value;
        if (value < bin.low[s]) bin.low[s] = value;
        if (value > bin.high[s]) bin.high[s] = value;
      }
    }
    return made;
  }

  function draw() {
    const [pen, width, height] = prepare(plot);
    const inner = Math.max(50, width - LEFT - RIGHT);
    const x = (s) => LEFT + ((s - view.from) / (view.to - view.from)) * inner;
    pen.fillStyle = colours.panel;
    pen.fillRect(0, 0, width, height);
    const found = bins(inner);
    titles(pen);
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, inner, height);
    pen.clip();
    drawGaps(pen, x, found);
    drawNamed(pen, x, ROWS.named);
    drawHatch(pen, x, found);
    drawCurves(pen, x, found);
    drawWeights(pen, x, found);
    drawPresence(pen, x, found);
    drawActivities(pen, x);
    pen.restore();
    drawPoints(pen, x, ROWS.reports, data.reports, "●");
    drawPoints(pen, x, ROWS.markers, data.markers, "▲");
    drawAxis(pen, x);
    drawLabels(pen, width - RIGHT + 8, found);
    drawOverview();
    clearOverlay();
  }

  function titles(pen) {
    pen.fillStyle = colours.quiet;
    pen.textAlign = "right";
    const middle = ([top, high]) => top + high / 2;
    for (const [row, text] of [["named", "read as"], ["weights", "weights"], ["activities", "doing"], ["reports", "own report"],
      ["markers", "marker"]]) pen.fillText(text, LEFT - 8, middle(ROWS[row]));
    const [top, high] = ROWS.curves;
    for (const share of [0, 0.5, 1]) {
      const y = top + (1 - share) * high;
      pen.fillText(`${share * 100} %`, LEFT - 8, y);
    }
    data.modalities.forEach((one, m) => pen.fillText(one.name, LEFT - 8, ROWS.presence[0] + 14 * m + 7));
    pen.textAlign = "left";
  }

  function drawGaps(pen, x, found) {
    const [top, high] = ROWS.curves, [weights, more] = ROWS.weights;
    pen.strokeStyle = colours.rule;
    pen.lineWidth = 1;
    for (const share of [0, 0.5, 1]) {
      const y = Math.round(top + (1 - share) * high) + 0.5;
      pen.beginPath(); pen.moveTo(LEFT, y); pen.lineTo(x(view.to), y); pen.stroke();
    }
    pen.fillStyle = colours.gap;
    let until = Math.max(0, view.from);
    const fill = (from, to) => {
      if (to - from <= data.hop * 0.5 || x(to) - x(from) < 1) return;
      pen.fillRect(x(from), top, x(to) - x(from), high);
      pen.fillRect(x(from), weights, x(to) - x(from), more);
    };
    for (const bin of found) { fill(until, bin.from); until = Math.max(until, bin.to); }
    fill(until, view.to);
  }

  function drawNamed(pen, x, [top, high]) {
    for (const [from, to, state] of data.stretches) {
      if (to < view.from || from > view.to) continue;
      const left = x(from), wide = Math.max(x(to) - left, 0.5);
      if (state < 0) { hatch(pen, left, top, wide, high); continue; }
      pen.fillStyle = data.states[state].color;
      pen.fillRect(left, top, wide, high);
      if (wide > 70) { pen.fillStyle = "#14171C"; pen.fillText(data.states[state].name, Math.max(left, LEFT) + 4, top + high / 2 + 1); }
    }
  }

  function hatch(pen, left, top, wide, high) {
    pen.fillStyle = pen.createPattern(hatched, "repeat");
    pen.fillRect(left, top, wide, high);
  }

  function drawHatch(pen, x, found) {
    const [top, high] = ROWS.curves;
    let run = null;
    const close = () => { if (run) hatch(pen, x(run[0]), top, Math.max(1, x(run[1]) - x(run[0])), high); run = null; };
    for (const bin of found) {
      if (2 * bin.undecided <= bin.count) { close(); continue; }
      if (run && bin.from - run[1] < BREAK) run[1] = bin.to; else { close(); run = [bin.from, bin.to]; }
    }
    close();
  }

  /* Runs of neighbouring bins in which something is there, so that no line crosses a gap. */
  function runs(found, there) {
    const made = [];
    let before = null;
    for (const bin of found) {
      if (!there(bin)) { before = null; continue; }
      if (!before || bin.from - before.to > BREAK) made.push([]);
      made[made.length - 1].push(bin);
      before = bin;
    }
    return made;
  }

  function drawCurves(pen, x, found) {
    const [top, high] = ROWS.curves, y = (share) => top + (1 - share) * high;
    const shown = runs(found, (bin) => bin.seen > 0);
    data.states.forEach((state, s) => {
      pen.strokeStyle = pen.fillStyle = state.color;
      pen.lineWidth = 2;
      for (const run of shown) {
        pen.globalAlpha = 0.22;
        pen.beginPath();
        run.forEach((bin) => pen.lineTo(x(bin.to), y(bin.high[s])));
        run.slice().reverse().forEach((bin) => pen.lineTo(x(bin.to), y(bin.low[s])));
        pen.fill();
        pen.globalAlpha = 1;
        pen.setLineDash(state.dashes.map((length) => length * 2));
        pen.beginPath();
        run.forEach((bin) => pen.lineTo(x(bin.to), y(bin.mean[s] / bin.seen)));
        pen.stroke();
        pen.setLineDash([]);
      }
    });
  }

  function drawWeights(pen, x, found) {
    const [top, high] = ROWS.weights;
    for (const bin of found) {
      if (!bin.seen) continue;
      const left = x(bin.from), wide = Math.max(1, x(bin.to) - left + 0.4);
      let bottom = top + high;
      data.modalities.forEach((one, m) => {
        const part = (bin.weights[m] / bin.seen) * high;
        pen.fillStyle = one.color;
        pen.fillRect(left, bottom - part, wide, part);
        bottom -= part;
      });
    }
  }

  function drawPresence(pen, x, found) {
    const [top] = ROWS.presence;
    for (const bin of found) {
      const left = x(bin.from), wide = Math.max(1, x(bin.to) - left + 0.4);
      data.modalities.forEach((one, m) => {
        if (2 * bin.there[m] < bin.count) return;
        pen.fillStyle = one.color;
        pen.fillRect(left, top + 14 * m + 3, wide, 8);
      });
    }
  }

  function drawActivities(pen, x) {
    const [top, high] = ROWS.activities;
    data.activities.forEach(([from, text], k) => {
      const to = k + 1 < data.activities.length ? data.activities[k + 1][0] : whole.to;
      if (!text || to < view.from || from > view.to) return;
      pen.fillStyle = colours.gap;
      pen.fillRect(x(from) + 1, top, x(to) - x(from) - 2, high);
      pen.fillStyle = colours.text;
      pen.save();
      pen.beginPath(); pen.rect(x(from), top, x(to) - x(from), high); pen.clip();
      pen.fillText(text, Math.max(x(from), LEFT) + 6, top + high / 2 + 1);
      pen.restore();
    });
  }

  function drawPoints(pen, x, [top, high], entries, sign) {
    let free = -Infinity;
    pen.textAlign = "left";
    for (const [at, text] of entries) {
      if (at < view.from || at > view.to) continue;
      const state = data.states.find((one) => one.name === text);
      pen.fillStyle = state ? state.color : colours.text;
      pen.fillText(sign, x(at) - 5, top + high / 2);
      pen.fillStyle = colours.text;
      if (x(at) > free) { pen.fillText(text, x(at) + 8, top + high / 2 + 1); free = x(at) + 16 + pen.measureText(text).width; }
    }
  }

  function drawAxis(pen, x) {
    const [top, high] = ROWS.axis, wanted = (view.to - view.from) / Math.max(3, (x(view.to) - x(view.from)) / 110);
    const step = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].find((size) => size >= wanted) || 14400;
    pen.fillStyle = colours.quiet;
    pen.strokeStyle = colours.rule;
    pen.textAlign = "center";
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
      pen.beginPath(); pen.moveTo(x(at), top); pen.lineTo(x(at), top + 5); pen.stroke();
      pen.fillText(clock(at), x(at), top + high / 2 + 4);
    }
    pen.textAlign = "left";
  }

  /* The curves' names at their right ends, moved apart where they would meet, each with a bit of its line. */
  function drawLabels(pen, left, found) {
    const last = [...found].reverse().find((bin) => bin.seen > 0);
    const [top, high] = ROWS.curves;
    const ends = data.states.map((state, s) => [state, last ? top + (1 - last.mean[s] / last.seen) * high : top + s * 16]);
    ends.sort((one, other) => one[1] - other[1]);
    for (let k = 1; k < ends.length; k++) ends[k][1] = Math.max(ends[k][1], ends[k - 1][1] + 15);
    const over = ends.length ? Math.max(0, ends[ends.length - 1][1] - (top + high)) : 0;
    for (let k = ends.length - 1, floor = Infinity; k >= 0; k--) {
      ends[k][1] = Math.min(ends[k][1] - (k === ends.length - 1 ? over : 0), floor - 15);
      floor = ends[k][1];
    }
    for (const [state, y] of ends) {
      pen.strokeStyle = state.color;
      pen.lineWidth = 2;
      pen.setLineDash(state.dashes.map((length) => length * 2));
      pen.beginPath(); pen.moveTo(left, y); pen.lineTo(left + 20, y); pen.stroke();
      pen.setLineDash([]);
      pen.fillStyle = colours.text;
      pen.fillText(state.name, left + 24, y);
    }
    data.modalities.forEach((one, m) => {
      const y = ROWS.weights[0] + ROWS.weights[1] - 12 - 22 * m;
      pen.fillStyle = one.color;
      pen.fillRect(left, y - 5, 10, 10);
      pen.fillStyle = colours.text;
      pen.fillText(one.name, left + 24, y);
    });
  }

  function drawOverview() {
    const [pen, width, height] = prepare(overview), inner = Math.max(50, width - LEFT - RIGHT);
    const x = (s) => LEFT + (s / whole.to) * inner;
    for (const [from, to, state] of data.stretches) {
      if (state < 0) continue;
      pen.fillStyle = data.states[state].color;
      pen.fillRect(x(from), 12, Math.max(x(to) - x(from), 0.5), height - 24);
    }
    pen.fillStyle = colours.text;
    pen.globalAlpha = 0.12;
    pen.fillRect(x(view.from), 2, x(view.to) - x(view.from), height - 4);
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.text;
    pen.strokeRect(x(view.from) + 0.5, 2.5, Math.max(2, x(view.to) - x(view.from) - 1), height - 5);
  }

  function clearOverlay() { return prepare(overlay); }

  function show(from, to) {
    const least = Math.min(5, whole.to), span = Math.min(Math.max(to - from, least), whole.to);
    view.from = Math.min(Math.max(0, (from + to - span) / 2), whole.to - span);
    view.to = view.from + span;
    requestAnimationFrame(draw);
  }

  function zoom(factor, at = (view.from + view.to) / 2) {
    show(at - (at - view.from) * factor, at + (view.to - at) * factor);
  }

  const timeAt = (canvas, event, range) => {
    const box = canvas.getBoundingClientRect(), inner = Math.max(50, box.width - LEFT - RIGHT);
    return range.from + ((event.clientX - box.left - LEFT) / inner) * (range.to - range.from);
  };
  const xOf = (s) => LEFT + ((s - view.from) / (view.to - view.from)) * Math.max(50, plot.clientWidth - LEFT - RIGHT);

  function point(at) {
    const [pen] = clearOverlay();
    let i = firstAt(t, at);
    if (i > 0 && (i >= N || at - t[i - 1] < t[i] - at)) i--;
    if (at < view.from || at > view.to) { readout.textContent = hint; return; }
    if (!N || Math.abs(t[i] - at) > BREAK) { readout.textContent = `${clock(at)}\nNo step was made here.`; return; }
    pen.strokeStyle = colours.text;
    pen.beginPath(); pen.moveTo(xOf(t[i]), ROWS.named[0]); pen.lineTo(xOf(t[i]), ROWS.axis[0]); pen.stroke();
    readout.textContent = told(i);
  }

  function told(i) {
    const order = [...Array(S).keys()].sort((one, other) => p[i * S + other] - p[i * S + one]);
    const seen = p[i * S] !== MISSING;
    const named = abstains[i] >= 0 ? `Undecided — ${data.reasons_said[abstains[i]]}` : data.states[order[0]].name;
    const shares = seen ? order.map((s) => `${data.states[s].name} ${percent(p[i * S + s] / SCALE)}`).join(" · ") : "nothing was present";
    const why = (m) => data.reasons_said[reasons[i * M + m]];
    const parts = data.modalities.map((one, m) => ((present[i] >> m) & 1
      ? `${one.name} ${percent(w[i * M + m] / SCALE)}${why(m) ? ` (doubtful: ${why(m)})` : ""}`
      : `${one.name} absent${why(m) ? ` (${why(m)})` : ""}`));
    const doing = [...data.activities].reverse().find(([from]) => from <= t[i]);
    const first = firstAt(data.word_times, t[i] - 6), end = firstAt(data.word_times, t[i] + 0.01);
    const said = data.words.slice(first, end).join(" ");
    return `${clock(t[i])} · ${named}${doing && doing[1] ? ` · ${doing[1]}` : ""}\n${shares} — weights: ${parts.join(" · ")}\n${said ? `“${said}”` : ""}`;
  }

  plot.addEventListener("pointerdown", (event) => { dragged = { from: timeAt(plot, event, view) }; plot.setPointerCapture(event.pointerId); });
  plot.addEventListener("pointermove", (event) => {
    const at = timeAt(plot, event, view);
    point(at);
    if (!dragged) return;
    dragged.to = at;
    const pen = overlay.getContext("2d"), left = xOf(Math.min(dragged.from, at)), right = xOf(Math.max(dragged.from, at));
    pen.globalAlpha = 0.15;
    pen.fillStyle = colours.text;
    pen.fillRect(left, 0, right - left, ROWS.axis[0]);
    pen.globalAlpha = 1;
  });
  plot.addEventListener("pointerup", () => {
    const done = dragged;
    dragged = null;
    if (done && done.to !== undefined && Math.abs(xOf(done.to) - xOf(done.from)) > 6) {
      show(Math.min(done.from, done.to), Math.max(done.from, done.to));
    }
  });
  plot.addEventListener("pointercancel", () => { dragged = null; });
  plot.addEventListener("pointerleave", () => { if (!dragged) { clearOverlay(); readout.textContent = hint; } });
  plot.addEventListener("dblclick", () => show(0, whole.to));
  plot.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    zoom(event.deltaY + event.deltaX > 0 ? 1.25 : 0.8, timeAt(plot, event, view));
  }, { passive: false });
  plot.addEventListener("keydown", (event) => {
    const span = view.to - view.from;
    const deed = { ArrowLeft: () => show(view.from - span / 5, view.to - span / 5), ArrowRight: () => show(view.from + span / 5, view.to + span / 5),
      "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), Home: () => show(0, whole.to) }[event.key];
    if (deed) { event.preventDefault(); deed(); }
  });
  const scrub = (event) => {
    const at = timeAt(overview, event, whole), half = (view.to - view.from) / 2;
    show(at - half, at + half);
  };
  overview.addEventListener("pointerdown", (event) => { overview.setPointerCapture(event.pointerId); scrub(event); });
  overview.addEventListener("pointermove", (event) => { if (event.buttons) scrub(event); });
  document.getElementById("nearer").addEventListener("click", () => zoom(0.5));
  document.getElementById("farther").addEventListener("click", () => zoom(2));
  document.getElementById("whole").addEventListener("click", () => show(0, whole.to));
  for (const row of document.querySelectorAll("tr[data-t]")) {
    const go = () => { const at = Number(row.dataset.t); show(at - 30, at + 30); plot.scrollIntoView({ block: "center" }); };
    row.addEventListener("click", go);
    row.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  }
  const redraw = () => { readTheme(); draw(); };
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.addEventListener("resize", () => requestAnimationFrame(draw));
  redraw();
})();
