// The kernel's state at any trace event of the page, rebuilt as tracer/FORMAT.md says.
//
// The same rules as tracer/model/state.cpp, in the same order; a test compares the two at random
// trace events. The other scripts of the page ask `state_at`. Not here: anything that is shown.
// Kept true: a ready task is in `ready` exactly once, at most one task is running, and what does not
// fit (a damaged trace) is done as well as it can be.
'use strict';

const trace = JSON.parse(document.getElementById('trace').textContent);
const SEQ = 0, T = 1, TURN = 2, KIND = 3, TASK = 4, CAUSE = 5, AT = 6, OWN = 7, TOLD = 8, CHANGE = 9;
const events = trace.events;

const id = (own, key) => {
  const found = own[key];
  return Number.isInteger(found) && found >= 0 && found <= 0xffffffff ? found : 0;
};
const is_fd = (found) => Number.isInteger(found) && found >= 0 && found <= 0x7fffffff;
const number = (own, key, otherwise) => typeof own[key] === 'number' ? own[key] : otherwise;
const is_set = (own, key) => own[key] === true || (typeof own[key] === 'number' && own[key] !== 0);

function empty_state() {
  return {seq: 0, t: 0, turn: 0, phase: 'before', running: 0, trusted: true, ended: 0, ready: [],
    tasks: new Map(), timers: new Map(), objects: new Map(), fds: new Map(), scopes: new Map()};
}

function copy_of(now) {
  const copied = {...now, ready: [...now.ready]};
  for (const table of ['tasks', 'timers', 'objects', 'fds', 'scopes'])
    copied[table] = new Map([...now[table]].map(([key, row]) => [key, {...row}]));
  return copied;
}

// What the exporter wrote about the state before the first trace event of the page.
function state_from(told) {
  const now = {...empty_state(), ...told};
  for (const [table, key] of [['tasks', 'id'], ['timers', 'id'], ['objects', 'id'], ['fds', 'fd'],
    ['scopes', 'id']])
    now[table] = new Map(told[table].map((row) => [row[key], {...row}]));
  for (const fd of now.fds.values()) fd.waiting = fd.readers.length + fd.writers.length;
  return now;
}

function leave_ready(now, task) {
  const place = now.ready.indexOf(task);
  if (place >= 0) now.ready.splice(place, 1);
}

function to_back_of_ready(now, task, that) {
  if (task.state === 'ready' && that[KIND] !== 'spawn') leave_ready(now, task.id);
  now.ready.push(task.id);
  task.state = 'ready';
  task.since = that[SEQ];
}

function stop_waiting(now, task, descriptor_closed) {
  if (task.waits === 'fd') {
    const fd = now.fds.get(task.wait_id);
    if (fd) {
      if (fd.waiting > 0) --fd.waiting;
      if (descriptor_closed && fd.watched === '' && fd.waiting === 0) now.fds.delete(fd.fd);
    }
  }
  task.waits = 'nothing';
  task.wait_id = 0;
  task.wait_write = false;
}

function end_task(now, task) {
  leave_ready(now, task.id);
  stop_waiting(now, task, false);
  now.tasks.delete(task.id);
  ++now.ended;
}

function fd_row(now, number_of_fd) {
  if (!now.fds.has(number_of_fd))
    now.fds.set(number_of_fd, {fd: number_of_fd, watched: '', waiting: 0});
  return now.fds.get(number_of_fd);
}

function begin_wait(now, task, own) {
  if (own.on === 'fd') {
    if (!is_fd(own.fd)) return;
    task.waits = 'fd';
    task.wait_id = own.fd;
    task.wait_write = own.mode === 'w';
    ++fd_row(now, own.fd).waiting;
  } else if (['object', 'timer', 'task'].includes(own.on)) {
    task.waits = own.on;
    task.wait_id = id(own, own.on === 'task' ? 'target' : own.on);
  }
}

const timer_gone = (now, that) => now.timers.delete(id(that[OWN], 'timer'));

// By kind; a kind that is not here changes nothing.
const changes = {
  spawn(now, that) {
    const own = that[OWN], child = id(own, 'child');
    if (child === 0 || now.tasks.has(child) || trace.born[child] < that[SEQ]) return;
    const made = {id: child, parent: that[TASK], pool: id(own, 'pool'), steps: 0, parked: 0, at: 0,
      waits: 'nothing', wait_id: 0, wait_write: false, cancel_requested: false,
      daemon: is_set(own, 'daemon')};
    now.tasks.set(child, made);
    to_back_of_ready(now, made, that);
  },
  io_wait(now) { now.phase = 'poll'; },
  io_done(now) { now.phase = 'timers'; },
  timer_fire: timer_gone,
  batch(now) { now.phase = 'run'; },
  switch_in(now, that) {
    const task = now.tasks.get(that[TASK]), before = now.tasks.get(now.running);
    if (!task) return;
    if (before && before.state === 'running') {
      before.state = 'parked';
      before.since = that[SEQ];
    }
    leave_ready(now, task.id);
    stop_waiting(now, task, false);
    now.running = task.id;
    ++task.steps;
    task.state = 'running';
    task.since = that[SEQ];
  },
  trap(now, that) {
    const task = now.tasks.get(that[TASK]);
    if (task) task.at = that[AT];
  },
  park(now, that) {
    const task = now.tasks.get(that[TASK]);
    if (!task) return;
    if (task.state === 'ready') leave_ready(now, task.id);
    stop_waiting(now, task, false);
    task.state = 'parked';
    task.since = task.parked = that[SEQ];
    begin_wait(now, task, that[OWN]);
  },
  switch_out(now, that) {
    const task = now.tasks.get(that[TASK]), how = that[OWN].how;
    if (how === 'exit') {
      if (task) end_task(now, task);
      now.running = 0;
      return;
    }
    if (!task) return;
    now.running = 0;
    if (how === 'yield' || how === 'budget') return to_back_of_ready(now, task, that);
    if (task.state === 'running') {
      task.state = 'parked';
      task.since = that[SEQ];
    }
  },
  wake(now, that) {
    const task = now.tasks.get(id(that[OWN], 'woken'));
    if (!task) return;
    stop_waiting(now, task, that[OWN].why === 'closed');
    if (now.running === task.id) now.running = 0;
    to_back_of_ready(now, task, that);
  },
  move(now, that) {
    const task = now.tasks.get(id(that[OWN], 'target'));
    if (!task) return;
    stop_waiting(now, task, false);
    task.waits = 'object';
    task.wait_id = id(that[OWN], 'object');
    task.parked = that[SEQ];
  },
  exit(now, that) {
    const task = now.tasks.get(that[TASK]);
    if (!task) return;
    if (task.state === 'ready') leave_ready(now, task.id);
    end_task(now, task);
  },
  timer_set(now, that) {
    const own = that[OWN], timer = id(own, 'timer');
    now.timers.set(timer, {id: timer, due: number(own, 'due', 0), deadline: own.what === 'deadline',
      owner: id(own, 'owner'), scope: number(own, 'scope', 0)});
  },
  timer_drop: timer_gone,
  fd_watch(now, that) {
    const {fd, mode = ''} = that[OWN];
    if (!is_fd(fd)) return;
    fd_row(now, fd).watched = (mode.includes('r') ? 'r' : '') + (mode.includes('w') ? 'w' : '');
  },
  fd_forget(now, that) {
    const found = now.fds.get(that[OWN].fd);
    if (!found) return;
    found.watched = '';
    if (found.waiting === 0) now.fds.delete(found.fd);
  },
  object_new(now, that) {
    const object = id(that[OWN], 'object');
    now.objects.set(object, {id: object, holder: 0, length: 0});
  },
  object_op(now, that) {
    const object = now.objects.get(id(that[OWN], 'object'));
    if (!object) return;
    object.holder = id(that[OWN], 'holder');
    object.length = number(that[OWN], 'length', 0);
  },
  object_end(now, that) { now.objects.delete(id(that[OWN], 'object')); },
  scope_enter(now, that) {
    const own = that[OWN], scope = id(own, 'scope');
    now.scopes.set(scope, {id: scope, task: that[TASK], pool: number(own, 'pool', 0),
      due: number(own, 'due', -1), cancelled: false, shielded: is_set(own, 'shield')});
  },
  scope_leave(now, that) { now.scopes.delete(id(that[OWN], 'scope')); },
  scope_change(now, that) {
    const scope = now.scopes.get(id(that[OWN], 'scope'));
    if (!scope) return;
    scope.due = number(that[OWN], 'due', -1);
    scope.shielded = is_set(that[OWN], 'shield');
  },
  adopt(now, that) {
    const task = now.tasks.get(id(that[OWN], 'target'));
    if (task) task.pool = number(that[OWN], 'pool', 0);
  },
  cancel_request(now, that) {
    const scope = id(that[OWN], 'scope');
    const found = scope === 0 ? now.tasks.get(id(that[OWN], 'target')) : now.scopes.get(scope);
    if (found) found[scope === 0 ? 'cancel_requested' : 'cancelled'] = true;
  },
  lost(now) { now.trusted = false; },
  run_end(now) { now.phase = 'over'; },
};

function apply(now, that) {
  const change = changes[that[KIND]];
  if (change) change(now, that);
  [now.seq, now.t, now.turn] = [that[SEQ], that[T], that[TURN]];
}

// Keyframes are made as one gets there; number n has seen n * spacing trace events.
const spacing = Math.max(512, Math.ceil(events.length / 64));
const keyframes = [state_from(trace.start)];
let current = copy_of(keyframes[0]);
let applied = 0;

// The state after events[index], or before all of them for -1. It holds until the next call.
function state_at(index) {
  const wanted = Math.min(index, events.length - 1) + 1;
  const frame = Math.min(Math.floor(wanted / spacing), keyframes.length - 1);
  if (applied > wanted || applied < frame * spacing) {
    current = copy_of(keyframes[frame]);
    applied = frame * spacing;
  }
  while (applied < wanted) {
    apply(current, events[applied++]);
    if (applied === keyframes.length * spacing) keyframes.push(copy_of(current));
  }
  return current;
}

// Tasks that stand in line, the oldest first.
function line_of(now, stands_in_it) {
  return [...now.tasks.values()].filter(stands_in_it).sort((a, b) => a.parked - b.parked)
    .map((task) => task.id);
}
const waiters = (now, object) => line_of(now, (t) => t.waits === 'object' && t.wait_id === object);
const at_fd = (now, fd, write) =>
  line_of(now, (t) => t.waits === 'fd' && t.wait_id === fd && t.wait_write === write);

const by_id = (table) => [...table.values()].sort((a, b) => a.id - b.id);
const timers_in_order = (now) =>
  [...now.timers.values()].sort((a, b) => a.due - b.due || a.id - b.id);

// The same as `trace state --json` writes.
function plain(now) {
  return {seq: now.seq, t: now.t, turn: now.turn, phase: now.phase, running: now.running,
    trusted: now.trusted, ended: now.ended, ready: now.ready, tasks: by_id(now.tasks),
    timers: timers_in_order(now),
    objects: by_id(now.objects).map((each) => (
      {id: each.id, holder: each.holder, length: each.length, waiters: waiters(now, each.id)})),
    fds: [...now.fds.values()].sort((a, b) => a.fd - b.fd).map((each) => (
      {fd: each.fd, watched: each.watched, readers: at_fd(now, each.fd, false),
        writers: at_fd(now, each.fd, true)})),
    scopes: by_id(now.scopes)};
}
