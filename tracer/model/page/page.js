// The page's panes and keys: which trace event is the current one, and what is said about it.
//
// The last of the page's scripts; it calls state.js and timeline.js. Not here: rebuilding the state,
// drawing lanes.
// Kept true: the address always names the current trace event, and a page that is opened with such
// an address begins there.
'use strict';

const by = (name) => document.getElementById(name);
const ROW = 26;
let here = 0;
let playing = 0;

function index_of_seq(seq) {
  let low = 0, high = events.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (events[middle][SEQ] === seq) return middle;
    if (events[middle][SEQ] < seq) low = middle + 1; else high = middle - 1;
  }
  return -1;
}

function duration(ns) {
  const size = Math.abs(ns);
  if (size >= 1e9) return (ns / 1e9).toFixed(3) + ' s';
  if (size >= 1e6 || size === 0) return (ns / 1e6).toFixed(size === 0 ? 0 : 3) + ' ms';
  return size >= 1e3 ? (ns / 1e3).toFixed(3) + ' us' : ns + ' ns';
}

const task_name = (task) => task === 0 ? 'the loop' : trace.names[task] ?? '#' + task;
const object_name = (object) => (trace.types[object] ?? 'object') + ' ' + object;

function element(tag, text, name = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = name;
  return made;
}

function link_to(index, text) {
  const made = element('a', text);
  made.href = '#seq=' + events[index][SEQ];
  return made;
}

// --- Going from one trace event to another ---

function go(index) {
  if (events.length === 0) return;
  here = Math.min(Math.max(index, 0), events.length - 1);
  timeline.current = here;
  history.replaceState(null, '', '#seq=' + events[here][SEQ]);
  show_current();
  draw_timeline();
  show_where();
  show_list();
  show_event();
  show_source();
  show_kernel();
}

// The nearest in this direction for which the condition holds; here when there is none.
function nearest(direction, condition) {
  for (let i = here + direction; i >= 0 && i < events.length; i += direction)
    if (condition(events[i], i)) return i;
  return here;
}

const of_task = (direction) => nearest(direction, (that) => that[TASK] === events[here][TASK]);
const begins_turn = (that, index) => index === 0 || events[index - 1][TURN] !== that[TURN];
const effect = () => nearest(1, (that) => that[CAUSE] === events[here][SEQ]);
const cause = () => {
  const found = index_of_seq(events[here][CAUSE]);
  return found < 0 ? here : found;
};

function play() {
  clearInterval(playing);
  playing = playing ? 0 : setInterval(() => here + 1 < events.length ? go(here + 1) : play(), 250);
  by('play').textContent = playing ? 'stop' : 'play';
}

function other_theme() {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  new_colors();
}

function new_colors() {
  mix_paints();
  show_legend();
  go(here);
}

function set_axis(which) {
  timeline.axis = which;
  by('axis').textContent = which === 'time' ? 'axis: time' : 'axis: events';
  place_events();
  whole_run();
}

const actions = {
  'first': () => go(0),
  'last': () => go(events.length - 1),
  'back': () => go(here - 1),
  'on': () => go(here + 1),
  'task-back': () => go(of_task(-1)),
  'task-on': () => go(of_task(1)),
  'turn-back': () => go(nearest(-1, begins_turn)),
  'turn-on': () => go(nearest(1, begins_turn)),
  'cause': () => go(cause()),
  'effect': () => go(effect()),
  'play': play,
  'axis': () => { set_axis(timeline.axis === 'time' ? 'events' : 'time'); go(here); },
  'theme': other_theme,
  'help': () => by('help').open ? by('help').close() : by('help').showModal(),
  'closer': () => zoom(0.6, timeline.places[here]),
  'farther': () => zoom(1 / 0.6, timeline.places[here]),
  'whole': () => { whole_run(); draw_timeline(); },
};

const keys = {ArrowLeft: 'back', ArrowRight: 'on', 'Shift+ArrowLeft': 'task-back',
  'Shift+ArrowRight': 'task-on', 'Ctrl+ArrowLeft': 'turn-back', 'Ctrl+ArrowRight': 'turn-on',
  Home: 'first', End: 'last', c: 'cause', e: 'effect', a: 'axis', d: 'theme', '?': 'help',
  ' ': 'play', '+': 'closer', '=': 'closer', '-': 'farther', '0': 'whole'};

document.addEventListener('keydown', (pressed) => {
  if (pressed.altKey || pressed.metaKey || (by('help').open && pressed.key !== '?')) return;
  const arrow_key = pressed.key.startsWith('Arrow');
  const name = (pressed.ctrlKey ? 'Ctrl+' : '') +
    (pressed.shiftKey && arrow_key ? 'Shift+' : '') + pressed.key;
  if (!keys[name]) return;
  pressed.preventDefault();
  actions[keys[name]]();
});

document.addEventListener('click', (pressed) => {
  const button = pressed.target.closest('[data-do]');
  if (!button) return;
  button.blur();
  actions[button.dataset.do]();
});

function go_to_address() {
  const found = /#seq=(\d+)/.exec(location.hash);
  go(found ? Math.max(index_of_seq(Number(found[1])), 0) : here);
}

// --- The mouse on the timeline ---

const area = by('timeline');
let held = null;
area.addEventListener('pointerdown', (at) => {
  held = {x: at.offsetX, from: timeline.from, moved: false};
});
area.addEventListener('pointermove', (at) => {
  const box = area.getBoundingClientRect(), x = at.clientX - box.left, y = at.clientY - box.top;
  if (held && at.buttons) {
    held.moved ||= Math.abs(x - held.x) > 4;
    const length = timeline.to - timeline.from;
    if (held.moved) move_to(held.from - (x - held.x) / inner_width() * length, length);
    return;
  }
  show_hint(bar_at(x, y), x, y);
});
area.addEventListener('pointerup', (at) => {
  const x = at.clientX - area.getBoundingClientRect().left;
  if (held && !held.moved && x > NAMES) go(index_at(place_at(x)));
  held = null;
});
area.addEventListener('pointerleave', () => show_hint());
area.addEventListener('wheel', (turned) => {
  if (turned.shiftKey || (!turned.ctrlKey && timeline.scroller.scrollHeight >
      timeline.scroller.clientHeight + 1)) return;
  turned.preventDefault();
  zoom(turned.deltaY > 0 ? 1.25 : 0.8, place_at(turned.offsetX));
}, {passive: false});
timeline.scroller.addEventListener('scroll', draw_timeline);
addEventListener('resize', draw_timeline);
addEventListener('hashchange', go_to_address);

function show_hint(bar, x, y) {
  const hint = by('hint');
  hint.hidden = !bar;
  if (!bar) return;
  const from = events[bar[BEGINS]], until = events[Math.min(bar[ENDS], events.length - 1)];
  hint.textContent = `${task_name(bar[LANE_OF])}: ${bar[NAME]}\n` +
    `${duration(until[T] - from[T])}, trace events ${from[SEQ]} to ${until[SEQ]}`;
  hint.style.left = Math.min(x + 14, area.clientWidth - 320) + 'px';
  hint.style.top = Math.min(y + 14, area.clientHeight - 60) + 'px';
}

// --- The panes ---

function show_where() {
  const that = events[here];
  by('where').replaceChildren(element('b', `trace event ${that[SEQ]}`),
    ` of ${events[events.length - 1][SEQ]} \u00b7 ${duration(that[T])} \u00b7 turn ${that[TURN]} \u00b7 ` +
    task_name(that[TASK]));
}

// Only the rows that can be seen exist.
function show_list() {
  const list = by('list'), top = here * ROW;
  by('list-height').style.height = events.length * ROW + 'px';
  if (top < list.scrollTop || top + 2 * ROW > list.scrollTop + list.clientHeight)
    list.scrollTop = top - list.clientHeight / 2;
  fill_list();
}

function fill_list() {
  const list = by('list'), first = Math.max(Math.floor(list.scrollTop / ROW) - 2, 0);
  const last = Math.min(first + Math.ceil(list.clientHeight / ROW) + 4, events.length);
  const rows = [];
  for (let i = first; i < last; ++i) {
    const row = element('div', '', 'row');
    if (i === here) row.classList.add('here');
    if (i > 0 && begins_turn(events[i], i)) row.classList.add('of-turn');
    row.append(element('i', events[i][SEQ]), element('span', events[i][TOLD]));
    row.title = events[i][TOLD];
    row.addEventListener('click', () => go(i));
    rows.push(row);
  }
  by('rows').style.top = first * ROW + 'px';
  by('rows').replaceChildren(...rows);
}
by('list').addEventListener('scroll', fill_list);

function show_event() {
  const that = events[here], from = index_of_seq(that[CAUSE]), next = effect();
  by('sentence').textContent = that[TOLD];
  by('change').textContent = that[CHANGE] && that[CHANGE][0].toUpperCase() + that[CHANGE].slice(1);
  by('cause').replaceChildren();
  if (from >= 0) by('cause').append('because of ', link_to(from, `${that[CAUSE]}: ` +
    events[from][TOLD]));
  else by('cause').append(that[CAUSE] === 0 ? 'nothing in the run made it happen'
    : `because of ${that[CAUSE]}, which is not on this page`);
  if (next !== here) by('cause').append(document.createElement('br'), 'it first causes ',
    link_to(next, `${events[next][SEQ]}: ${events[next][TOLD]}`));
  by('own').textContent = that[KIND] + ' ' + Object.entries(that[OWN])
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(' ');
}

// The place of this trace event, else where its task stands.
function site_here() {
  const that = events[here], task = state_at(here).tasks.get(that[OWN].woken ?? that[TASK]);
  return trace.sites[(that[AT] || (task ? task.at : 0)) - 1];
}

function show_source() {
  const site = site_here(), source = site && trace.sources[site[0] - 1];
  by('source').replaceChildren();
  by('source-name').textContent = source ? `${source.file}:${site[1]}` : '';
  if (!source || source.text === null) return;
  const lines = source.text.split('\n');
  by('source').append(...lines.map((text, at) => {
    const line = element('span', '', at + 1 === site[1] ? 'line here' : 'line');
    line.append(element('b', at + 1), text || ' ');
    return line;
  }));
  const line = by('source').children[site[1] - 1];
  if (line) by('source').scrollTop =
    line.offsetTop - by('source').offsetTop - by('source').clientHeight / 2;
}

const letters = {ready: 1, running: 0, timer: 2, fd: 3, object: 4, task: 5};

function waits_for(now, task) {
  if (task.waits === 'timer') {
    const timer = now.timers.get(task.wait_id);
    return `timer ${task.wait_id}` + (timer ? `, due in ${duration(timer.due - now.t)}` : '');
  }
  if (task.waits === 'fd')
    return `descriptor ${task.wait_id} to be ${task.wait_write ? 'written' : 'read'}`;
  if (task.waits === 'object') return object_name(task.wait_id);
  if (task.waits === 'task') return 'the end of ' + task_name(task.wait_id);
  return 'nothing that is known';
}

function task_row(now, task) {
  const look = task.state === 'parked' ? letters[task.waits] ?? 4 : letters[task.state];
  const words = task.state === 'parked' ? 'waits for ' + waits_for(now, task) : task.state;
  return {look, text: `${task_name(task.id)} ${words}` +
    (task.cancel_requested ? ', to be cancelled' : ''),
  // Without the time until a timer, which changes by itself.
  key: [task.id, task.state, task.waits, task.wait_id, task.cancel_requested].join()};
}

const names_of = (tasks) => tasks.length ? tasks.map(task_name).join(', ') : 'nobody';
const phases = {before: 'before its first turn', poll: 'polling', timers: 'firing timers',
  run: 'running tasks', over: 'over'};

// Every part of the state as rows of text: a heading, and what stands below it.
function parts_of(now) {
  const scope_text = (each) => `scope ${each.id} of ${task_name(each.task)}` +
    (each.due >= 0 ? `, time limit at ${duration(each.due)}` : '') +
    (each.shielded ? ', shielded' : '') + (each.cancelled ? ', cancelled' : '');
  const told = plain(now);
  return [
    ['the loop', [{text: phases[now.phase]}, {text: now.running
      ? `the processor is with ${task_name(now.running)}` : 'nobody has the processor'}]],
    ['ready queue, front first', now.ready.map((task) => ({text: task_name(task), chip: true}))],
    ['tasks' + (now.ended ? `, ${now.ended} ended` : ''), told.tasks.map((task) => task_row(now, task))],
    ['timers, next first', told.timers.map((each) => ({text: `timer ${each.id} at ` +
      `${duration(each.due)}: ${each.deadline ? 'time limit' : 'sleep'} of ` +
      task_name(each.owner)}))],
    ['objects', told.objects.map((each) => ({text: `${object_name(each.id)}: ` +
      (each.holder ? `held by ${task_name(each.holder)}, ` : '') +
      `length ${each.length}, waiting: ${names_of(each.waiters)}`}))],
    ['descriptors', told.fds.map((each) => ({text: `descriptor ${each.fd}: listened to for ` +
      `${each.watched || 'nothing'}` + (each.readers.length ? `, reader ${names_of(each.readers)}`
      : '') + (each.writers.length ? `, writer ${names_of(each.writers)}` : '')}))],
    ['scopes', told.scopes.map((each) => ({text: scope_text(each)}))],
  ];
}

const most_rows = 200;
const key_of = (heading, row) => heading.slice(0, 4) + (row.key ?? row.text);

function show_kernel() {
  const before = new Set(here === 0 ? [] : parts_of(state_at(here - 1))
    .flatMap(([heading, rows]) => rows.map((row) => key_of(heading, row))));
  const now = state_at(here), shown = [];
  if (!now.trusted)
    shown.push(element('div', 'trace events were lost before this one: this may be wrong',
      'warning'));
  for (const [heading, rows] of parts_of(now)) {
    if (rows.length === 0 && ['scopes', 'objects', 'descriptors'].includes(heading)) continue;
    shown.push(element('h3', heading + (rows.length > 9 ? ` (${rows.length})` : '')));
    if (rows.length === 0) shown.push(element('div', 'none', 'none'));
    for (const row of rows.slice(0, most_rows)) shown.push(kernel_row(heading, row, before));
    if (rows.length > most_rows)
      shown.push(element('div', `and ${rows.length - most_rows} more`, 'none'));
  }
  by('kernel').replaceChildren(...shown);
}

function kernel_row(heading, row, before) {
  const made = element(row.chip ? 'span' : 'div', '', row.chip ? 'chip' : '');
  if (!before.has(key_of(heading, row))) made.classList.add('changed');
  if (row.look !== undefined) {
    const letter = element('span', looks[row.look].letter, 'letter');
    letter.style.background = paints[row.look].fill;
    letter.style.color = paints[row.look].ink;
    made.append(letter);
  }
  made.append(row.text);
  return made;
}

function show_legend() {
  by('legend').replaceChildren(...looks.slice(0, 6).map((look, index) => {
    const item = element('span', ''), sample = document.createElement('canvas');
    sample.width = 24;
    sample.height = 18;
    const pen = sample.getContext('2d');
    for (const paint of [paints[index].fill, paints[index].pattern]) {
      pen.fillStyle = paint ?? 'transparent';
      pen.fillRect(0, 0, 24, 18);
    }
    item.append(sample, `${look.letter} ${look.word}`);
    return item;
  }), 'P poll \u00b7 T timers \u00b7 U run \u00b7 ? tells the keys');
}

// --- The beginning ---

document.documentElement.dataset.theme =
  matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
by('program').textContent = trace.program;
by('facts').textContent = `${trace.clock} clock, ${trace.driver}` +
  (trace.window ? ` \u00b7 ${trace.window}` : '') +
  (trace.complaints ? ` \u00b7 ${trace.complaints} bad lines were left out` : '');
area.style.height = `min(40vh, ${TOP + lane_ids.length * LANE + 12}px)`;
mix_paints();
set_axis(timeline.axis);
show_legend();
if (events.length > 0) go_to_address();
else by('sentence').textContent = 'There are no trace events in this window.';
