// Refreshes the live parts of a page, submits its forms in the background, and streams chats.
'use strict';

const REFRESH_INTERVAL_MS = 1000;
const $ = (id) => document.getElementById(id);

/** Shows a notification, which screen readers announce. */
function notify(text, isBad = false) {
  const element = $('notification');
  element.textContent = text;
  element.classList.toggle('bad', isBad);
  element.classList.add('shown');
  clearTimeout(notify.timer);
  notify.timer = setTimeout(() => element.classList.remove('shown'), 6000);
}

// --- Live parts ---

/** Updates `from` to match `to`. Equal nodes are kept, which preserves focus, selections and open items. */
function morph(from, to) {
  for (const { name } of [...from.attributes]) {
    if (name !== 'open' && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== 'open' && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from.hasAttribute('data-keep')) return;
  const newIds = new Set([...to.children].map((child) => child.id).filter(Boolean));
  const oldById = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = from.firstChild;
  for (const next of [...to.childNodes]) {
    while (at?.id && !newIds.has(at.id)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    const match = next.id ? oldById.get(next.id) : at && !at.id && at.nodeName === next.nodeName ? at : null;
    if (!match) {
      from.insertBefore(next, at);
    } else {
      if (match === at) at = at.nextSibling;
      else from.insertBefore(match, at);
      if (match.nodeType === Node.ELEMENT_NODE) morph(match, next);
      else if (match.data !== next.data) match.data = next.data;
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** Requests a part and applies its changes. */
async function refresh(part) {
  const url = part.dataset.live;
  const headers = part.known?.url === url ? { 'if-none-match': part.known.tag } : {};
  const response = await fetch(url, { headers, cache: 'no-store' });
  if (response.status === 401) return location.reload();
  // The resource may have been deleted. Keep the last content then.
  if (!response.ok) return;
  const text = await response.text();
  // The URL may have changed during the request.
  if (part.dataset.live !== url || part.isHeld) return;
  part.known = { url, tag: response.headers.get('etag') };
  const next = document.createElement('template');
  next.innerHTML = text;
  const scroll = part.closest('.scroll');
  const atEnd = scroll && scroll.scrollTop + scroll.clientHeight > scroll.scrollHeight - 40;
  morph(part, next.content.firstElementChild);
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

async function refreshAll() {
  const parts = [...document.querySelectorAll('[data-live]')].filter((part) => !part.isHeld);
  try {
    await Promise.all(parts.map(refresh));
    if (document.body.classList.contains('lost')) notify('Connected again.');
    document.body.classList.remove('lost');
  } catch {
    if (!document.body.classList.contains('lost')) notify('The emulator does not respond. Is it still running?', true);
    document.body.classList.add('lost');
  }
}

const isPaused = () => sessionStorage.getItem('paused') === 'yes';

async function refreshRegularly() {
  if (!document.hidden && !isPaused()) await refreshAll();
  setTimeout(refreshRegularly, REFRESH_INTERVAL_MS);
}

function pauseButton() {
  const button = $('pause');
  if (!button) return;
  const show = () => button.setAttribute('aria-pressed', String(isPaused()));
  button.hidden = false;
  show();
  button.addEventListener('click', () => {
    sessionStorage.setItem('paused', isPaused() ? 'no' : 'yes');
    show();
    notify(isPaused() ? 'Updates are paused.' : 'Updates are on.');
  });
}

// --- Forms that are submitted in the background ---

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!('quietly' in form.dataset)) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const response = await fetch(form.action, { method: 'POST', body: fields, headers: { accept: 'text/plain' } });
    notify(await messageOf(response), !response.ok);
  } catch {
    notify('The emulator does not respond. Is it still running?', true);
  }
  await refreshAll();
});

/** The message in a response: its text, the detail of an API error, or the reason on an error page. */
async function messageOf(response) {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) return JSON.parse(text).errors?.[0]?.detail ?? `HTTP ${response.status}`;
  if (!type.includes('html')) return text;
  const page = new DOMParser().parseFromString(text, 'text/html');
  return page.querySelector('.failure p:not(.code)')?.textContent ?? `HTTP ${response.status}`;
}

// --- The request log ---

// `toggle` does not bubble, so listen in the capture phase.
document.addEventListener('toggle', async (event) => {
  const { target } = event;
  if (!target.open || !target.dataset?.from) return;
  const response = await fetch(target.dataset.from);
  if (response.ok) target.querySelector('.detail').innerHTML = await response.text();
}, true);

function filterRequests() {
  const form = $('filter');
  if (!form) return;
  const apply = () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const mark = query.size ? '?' : '';
    $('requests').dataset.live = `/console/parts/requests${mark}${query}`;
    history.replaceState(null, '', `/console/requests${mark}${query}`);
    refreshAll();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener('input', () => {
    clearTimeout(form.timer);
    form.timer = setTimeout(apply, 200);
  });
}

// --- The chat ---

/** Reads the server-sent events of a response. */
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    const events = buffer.split('\n\n');
    buffer = events.pop();
    for (const event of events) {
      const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
      if (data) yield JSON.parse(data);
    }
  }
}

function message(role, who, text) {
  const item = document.createElement('li');
  item.className = `message ${role}`;
  const name = item.appendChild(document.createElement('p'));
  name.className = 'who';
  name.textContent = who;
  const content = item.appendChild(document.createElement('p'));
  content.className = 'words';
  content.textContent = text;
  $('pending').append(item);
  return content;
}

function chat() {
  const form = $('chat');
  if (!form) return;
  const { content, conversation_id: conversation } = form.elements;
  const scroll = document.querySelector('.scroll');
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; };
  toEnd();

  content.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = content.value.trim();
    if (!text || form.isBusy) return;
    form.isBusy = true;
    const transcript = $('transcript');
    transcript.isHeld = true;
    scroll.setAttribute('aria-busy', 'true');
    const body = new URLSearchParams({ content: text, conversation_id: conversation.value });
    content.value = '';
    message('user', 'User', text);
    const reply = message('assistant', 'Assistant', '');
    reply.classList.add('coming');
    toEnd();
    try {
      const response = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/event-stream' } });
      continueConversation(response.headers.get('x-conversation-id'));
      if (!response.ok) throw new Error(await messageOf(response));
      for await (const event of eventsOf(response)) {
        if (event.type === 'delta') reply.textContent += event.content;
        if (event.type === 'error') throw new Error(event.message);
        toEnd();
      }
      transcript.isHeld = false;
      await refresh(transcript);
    } catch (error) {
      transcript.isHeld = false;
      if (conversation.value) await refresh(transcript).catch(() => {});
      if (!content.value) content.value = text;
      notify(error instanceof TypeError ? 'The reply was interrupted.' : error.message, true);
    } finally {
      $('pending').replaceChildren();
      scroll.removeAttribute('aria-busy');
      form.isBusy = false;
      toEnd();
    }
  });

  /** Continues the conversation that the first message has created. */
  function continueConversation(id) {
    if (!id || conversation.value) return;
    conversation.value = id;
    $('transcript').dataset.live = `/console/parts/conversations/${encodeURIComponent(id)}`;
    history.replaceState(null, '', `?conversation=${encodeURIComponent(id)}`);
  }
}

pauseButton();
filterRequests();
chat();
refreshAll().then(() => setTimeout(refreshRegularly, REFRESH_INTERVAL_MS));
