// The timeline: a lane for the loop and for each task, drawn on a canvas as wide as the window.
//
// page.js tells it which trace event is the current one and takes the clicks. Only what can be seen
// is drawn, and what would be narrower than half a pixel is skipped, so that the length of the run
// does not matter. Not here: the kernel's state (state.js), the panes (page.js).
// Kept true: on every axis each trace event stands behind the one before it.
'use strict';

const LANE = 30, BAR = 22, TOP = 30, NAMES = 170, RIGHT = 16;
const BEGINS = 0, ENDS = 1, LANE_OF = 2, LOOK = 3, NAME = 4;
const looks = trace.looks;

const timeline = {
  canvas: document.getElementById('lanes'),
  scroller: document.getElementById('scroller'),
  axis: trace.clock === 'virtual' ? 'events' : 'time',
  places: [],  // of each trace event on the axis, and of the end
  from: 0,     // what the window shows of it
  to: 1,
  current: 0,
};

// Bars by lane, in order; the inner ones (a trap, a wake) are not drawn.
const lane_ids = [...new Set(trace.bars.map((bar) => bar[LANE_OF]))].sort((a, b) => a - b);
const lane_bars = new Map(lane_ids.map((lane) => [lane, []]));
for (const bar of trace.bars) if (looks[bar[LOOK]].drawn) lane_bars.get(bar[LANE_OF]).push(bar);
const lane_row = new Map(lane_ids.map((lane, row) => [lane, row]));
const wakes = events.map((that, index) => index).filter((index) => events[index][KIND] === 'wake');

function place_events() {
  let next = 0;
  timeline.places = events.map((that) => {
    const place = timeline.axis === 'events' ? next : Math.max(that[T], next);
    next = place + 1;
    return place;
  });
  timeline.places.push(next);
}

function whole_run() {
  timeline.from = timeline.places[0] ?? 0;
  timeline.to = Math.max(timeline.places[events.length] ?? 1, timeline.from + 1);
}

const inner_width = () => Math.max(timeline.canvas.clientWidth - NAMES - RIGHT, 50);
const x_of = (place) =>
  NAMES + (place - timeline.from) / (timeline.to - timeline.from) * inner_width();
const place_at = (x) =>
  timeline.from + (x - NAMES) / inner_width() * (timeline.to - timeline.from);
const y_of = (lane) => TOP + lane_row.get(lane) * LANE - timeline.scroller.scrollTop + 4;

// The last trace event whose place is not behind `place`.
function index_at(place) {
  let low = 0, high = events.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timeline.places[middle] <= place) low = middle; else high = middle - 1;
  }
  return low;
}

function zoom(factor, around) {
  const whole = (timeline.places[events.length] ?? 1) - (timeline.places[0] ?? 0);
  const length = Math.min(Math.max((timeline.to - timeline.from) * factor, 4), Math.max(whole, 4));
  const share = (around - timeline.from) / (timeline.to - timeline.from);
  move_to(around - share * length, length);
}

// Keeps the window inside the run.
function move_to(from, length) {
  const begin = timeline.places[0] ?? 0;
  const last = Math.max((timeline.places[events.length] ?? 1) - length, begin);
  timeline.from = Math.min(Math.max(from, begin), last);
  timeline.to = timeline.from + length;
  draw_timeline();
}

// Scrolls as little as it takes to have the current trace event and its lane in sight.
function show_current() {
  const place = timeline.places[timeline.current], length = timeline.to - timeline.from;
  if (place < timeline.from || place > timeline.to) {
    timeline.from = Math.max(place - length / 2, timeline.places[0]);
    timeline.to = timeline.from + length;
  }
  const row = lane_row.get(lane_of(events[timeline.current])) ?? 0;
  const scroller = timeline.scroller, top = row * LANE;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  if (top + LANE > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = top + LANE - scroller.clientHeight;
}

const lane_of = (that) => lane_row.has(that[TASK]) ? that[TASK] : 0;
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name);

// Fill, ink and pattern of each look in the colours of now.
let paints = [];
function mix_paints() {
  const dark = document.documentElement.dataset.theme === 'dark';
  paints = looks.map((look) => {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    const pen = tile.getContext('2d');
    pen.strokeStyle = look.hue;
    pen.globalAlpha = 0.55;
    pen.lineWidth = 1.4;
    pen.stroke(new Path2D(look.pattern));
    const [fill, ink] = dark ? look.dark : look.light;
    return {fill, ink, pattern: look.pattern ? pen.createPattern(tile, 'repeat') : null};
  });
}

function draw_timeline() {
  const {canvas, scroller} = timeline, ratio = window.devicePixelRatio || 1;
  const width = canvas.parentElement.clientWidth, height = canvas.parentElement.clientHeight;
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  document.getElementById('height').style.height = lane_ids.length * LANE + 6 + 'px';
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  pen.font = '14px Inter, "Segoe UI", "DejaVu Sans", sans-serif';
  pen.textBaseline = 'middle';
  if (events.length === 0) return;
  draw_axis(pen, width, height);
  draw_lanes(pen, width, height);
  draw_arrows(pen);
  draw_playhead(pen, height);
}

function draw_lanes(pen, width, height) {
  pen.save();
  pen.beginPath();
  pen.rect(0, TOP, width, height - TOP);
  pen.clip();
  const current = lane_of(events[timeline.current]);
  for (const lane of lane_ids) {
    const y = y_of(lane);
    if (y + LANE < TOP || y > height) continue;
    if (lane === current) {
      pen.fillStyle = color('current');
      pen.fillRect(0, y - 4, width, LANE);
    }
    pen.fillStyle = color('text');
    pen.fillText(trace.names[lane] ?? 'the loop', 14, y + BAR / 2, NAMES - 24);
    draw_bars(pen, lane_bars.get(lane), y);
  }
  pen.restore();
}

// Waits first and steps over them: steps are short, and what one looks for.
function draw_bars(pen, bars, y) {
  const begin = first_bar(bars);
  for (const steps of [false, true]) {
    let drawn_to = -1;
    for (let i = begin; i < bars.length; ++i) {
      const bar = bars[i];
      const from = Math.max(x_of(timeline.places[bar[BEGINS]]), NAMES);
      if (from > NAMES + inner_width()) break;
      if ((looks[bar[LOOK]].word === 'running') !== steps) continue;
      const to = Math.min(x_of(timeline.places[bar[ENDS]]), NAMES + inner_width());
      if (to < NAMES || to < drawn_to + 0.5) continue;
      drawn_to = Math.max(to, from + 0.5);
      draw_bar(pen, bar, from, to, y);
    }
  }
}

// The first one that reaches into the window.
function first_bar(bars) {
  let low = 0, high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeline.places[bars[middle][ENDS]] < timeline.from) low = middle + 1; else high = middle;
  }
  return low;
}

function draw_bar(pen, bar, from, to, y) {
  const paint = paints[bar[LOOK]], width = Math.max(to - from, 1.2);
  pen.fillStyle = paint.fill;
  pen.fillRect(from, y, width, BAR);
  if (width > 3 && paint.pattern) {
    pen.fillStyle = paint.pattern;
    pen.fillRect(from, y, width, BAR);
  }
  if (width < 16) return;
  const letter = looks[bar[LOOK]].letter, text = letter + ' ' + bar[NAME].replace('wait: ', '');
  const shown = pen.measureText(text).width + 10 < width ? text : letter;
  pen.lineWidth = 4;
  pen.lineJoin = 'round';
  pen.strokeStyle = paint.fill;
  pen.strokeText(shown, from + 5, y + BAR / 2 + 1);
  pen.fillStyle = paint.ink;
  pen.fillText(shown, from + 5, y + BAR / 2 + 1);
}

function draw_axis(pen, width, height) {
  pen.fillStyle = color('card');
  pen.fillRect(0, 0, width, TOP - 2);
  const length = timeline.to - timeline.from, about = length / Math.max(inner_width() / 150, 2);
  let step = 10 ** Math.floor(Math.log10(Math.max(about, 1)));
  for (const factor of [2, 2.5, 2]) if (step < about) step *= factor;
  step = Math.max(Math.round(step), 1);
  pen.font = '13px Inter, "Segoe UI", "DejaVu Sans", sans-serif';
  for (let at = Math.ceil(timeline.from / step) * step; at < timeline.to; at += step) {
    const x = x_of(at);
    pen.strokeStyle = color('border');
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(Math.round(x) + 0.5, TOP - 6);
    pen.lineTo(Math.round(x) + 0.5, height);
    pen.stroke();
    const that = events[Math.min(at, events.length - 1)];
    pen.fillStyle = color('dim');
    pen.fillText(timeline.axis === 'time' ? duration(at) : that[SEQ] + ' (' + duration(that[T]) + ')',
      x + 4, TOP / 2);
  }
}

function arrow(pen, from_index, from_lane, to_index, to_lane, paint) {
  if (from_lane === to_lane && from_index === to_index) return;
  const down = y_of(to_lane) > y_of(from_lane), same = from_lane === to_lane;
  const x1 = x_of(timeline.places[from_index]), x2 = x_of(timeline.places[to_index]);
  const y1 = y_of(from_lane) + (down ? BAR : 0), y2 = y_of(to_lane) + (down || same ? 0 : BAR);
  const bow = same ? -14 : (y2 - y1) / 3, head = same || down ? -7 : 7;
  pen.strokeStyle = pen.fillStyle = paint;
  pen.lineWidth = 1.8;
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.bezierCurveTo(x1, y1 + bow, x2, y2 - (same ? 14 : bow), x2, y2);
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x2, y2);
  pen.lineTo(x2 - 4, y2 + head);
  pen.lineTo(x2 + 4, y2 + head);
  pen.fill();
}

// Every wake in sight when they are few; of the current trace event always the cause.
function draw_arrows(pen) {
  const first = index_at(timeline.from), last = index_at(timeline.to);
  const seen = wakes.filter((index) => index >= first && index <= last);
  pen.save();
  pen.beginPath();
  pen.rect(NAMES, TOP, inner_width(), timeline.canvas.clientHeight);
  pen.clip();
  if (seen.length <= 150)
    for (const index of seen) {
      const woken = events[index][OWN].woken;
      if (lane_row.has(woken))
        arrow(pen, index, lane_of(events[index]), index, woken, color('effect'));
    }
  const cause = index_of_seq(events[timeline.current][CAUSE]);
  if (cause >= 0)
    arrow(pen, cause, lane_of(events[cause]), timeline.current, lane_of(events[timeline.current]),
      color('cause'));
  pen.restore();
}

function draw_playhead(pen, height) {
  const x = x_of(timeline.places[timeline.current]);
  if (x < NAMES - 1) return;
  pen.fillStyle = color('playhead');
  pen.fillRect(x - 1, TOP - 8, 2, height);
  pen.beginPath();
  pen.moveTo(x - 7, TOP - 14);
  pen.lineTo(x + 7, TOP - 14);
  pen.lineTo(x, TOP - 4);
  pen.fill();
}

// The bar under a point of the timeline, or undefined.
function bar_at(x, y) {
  const row = Math.floor((y - TOP + timeline.scroller.scrollTop) / LANE);
  const bars = lane_bars.get(lane_ids[row]);
  if (!bars || x < NAMES) return undefined;
  const place = place_at(x);
  return bars.find((bar) => timeline.places[bar[BEGINS]] <= place &&
    place < timeline.places[bar[ENDS]]);
}
