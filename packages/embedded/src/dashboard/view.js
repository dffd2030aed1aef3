import { formatInstant, formatSpan } from './format.js';

const SHOWN_EVENTS = 12;

/**
 * @typedef {object} Shown
 * @property {HTMLElement} item
 * @property {Record<string, any>} timer
 * @property {number} readAt when the timer was read, on the clock of `performance`
 */

/** @type {Map<string, Shown>} */
const shown = new Map();

/**
 * An element of the page.
 *
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * Says something instead of showing the board.
 *
 * @param {string} title
 * @param {string} text
 * @param {{ hasCommand?: boolean }} [options] whether the command is shown that opens this page anew
 */
export function showNotice(title, text, { hasCommand = true } = {}) {
  byId('notice-title').textContent = title;
  byId('notice-text').textContent = text;
  byId('notice-command').hidden = !hasCommand;
  byId('notice').hidden = false;
  // Who was at work on the board comes to what stands in its place.
  if (!byId('board').hidden) byId('notice-title').focus();
  byId('board').hidden = true;
  byId('who').hidden = true;
  byId('trouble').textContent = '';
}

/** @param {Record<string, any>} me as `GET /v1/me` gives it */
export function showBoard({ id, name, team }) {
  byId('person').textContent = name ?? id;
  byId('team').textContent = team === null ? '' : `${team.name} · ${team.plan} plan`;
  byId('who').hidden = false;
  byId('board').hidden = false;
  byId('notice').hidden = true;
}

/** @param {boolean} isConnected */
export function showConnection(isConnected) {
  byId('trouble').textContent = isConnected ? '' : 'The server does not answer. Trying again…';
}

/** @param {{ data: Record<string, any>[], next_cursor: string | null }} page */
export function showTimers({ data, next_cursor: cursor }) {
  const readAt = performance.now();
  const timers = data.toSorted((one, other) => instantOf(one) - instantOf(other));
  const before = new Map(shown);
  shown.clear();
  for (const timer of timers) {
    const item = before.get(timer.id)?.item ?? copyOf('timer');
    shown.set(timer.id, { item, timer, readAt });
    fillTimer(item, timer);
  }
  const list = byId('timers');
  const items = [...shown.values()].map(({ item }) => item);
  // What stays in its place stays untouched, and so do focus and selection.
  if (items.length !== list.children.length || items.some((item, place) => list.children[place] !== item))
    list.replaceChildren(...items);
  byId('count').textContent = data.length === 0 ? '' : `${data.length}${cursor === null ? '' : ' and more'}`;
  byId('empty').hidden = data.length > 0;
  byId('more').hidden = cursor === null;
  tick();
}

/** Lets the time that remains go by. */
export function tick() {
  const now = performance.now();
  for (const { item, timer, readAt } of shown.values()) {
    const isRunning = timer.status === 'running';
    const leftMs = Math.max(0, (timer.time_remaining_ms ?? 0) - (isRunning ? now - readAt : 0));
    part(item, '.remaining').textContent = remainingText(timer, leftMs);
    const bar = item.querySelector('progress');
    if (bar === null) continue;
    // What remained when it was read, of what was left to do then.
    const rest = timer.time_remaining_ms > 0 ? leftMs / timer.time_remaining_ms : 0;
    bar.value = 1 - (1 - timer.progress) * rest;
  }
}

/** @param {Record<string, any>} event */
export function showEvent({ at, timer_name: name, message }) {
  const item = copyOf('event');
  fillTime(item, at);
  part(item, '.name').textContent = name ?? '';
  part(item, '.message').textContent = message;
  const list = byId('events');
  list.prepend(item);
  while (list.children.length > SHOWN_EVENTS) list.lastElementChild?.remove();
  byId('quiet').hidden = true;
}

/** Forgets what was shown of a session. */
export function clearBoard() {
  shown.clear();
  byId('timers').replaceChildren();
  byId('events').replaceChildren();
  byId('quiet').hidden = false;
}

/**
 * @param {HTMLElement} item
 * @param {Record<string, any>} timer
 */
function fillTimer(item, timer) {
  item.dataset.status = timer.status;
  part(item, '.name').textContent = timer.name;
  part(item, '.status').textContent = timer.status;
  part(item, '.agent').textContent = timer.agent_id ?? '';
  part(item, 'progress').setAttribute('aria-label', `Progress of ${timer.name}`);
  fillTime(item, timer.status === 'running' ? timer.fire_at : null);
}

/**
 * @param {HTMLElement} item
 * @param {string | null} instant
 */
function fillTime(item, instant) {
  const time = part(item, 'time');
  time.textContent = instant === null ? '' : formatInstant(instant, new Date());
  if (instant === null) time.removeAttribute('datetime');
  else time.setAttribute('datetime', instant);
}

/**
 * @param {Record<string, any>} timer
 * @param {number} leftMs
 */
function remainingText({ status, time_remaining_ms: remainingMs }, leftMs) {
  if (status === 'firing' || (status === 'running' && leftMs === 0)) return 'now';
  return remainingMs === null ? 'waiting' : formatSpan(leftMs);
}

/** @param {Record<string, any>} timer */
function instantOf({ fire_at: fireAt }) {
  return fireAt === null ? Number.POSITIVE_INFINITY : Date.parse(fireAt);
}

/** @param {string} id of a template */
function copyOf(id) {
  const template = byId(id);
  const copy =
    template instanceof HTMLTemplateElement ? template.content.firstElementChild?.cloneNode(true) : null;
  if (!(copy instanceof HTMLElement)) throw new Error(`#${id} is no template`);
  return copy;
}

/**
 * @param {HTMLElement} item
 * @param {string} selector
 */
function part(item, selector) {
  const element = item.querySelector(selector);
  if (element === null) throw new Error(`an item has no ${selector}`);
  return element;
}
