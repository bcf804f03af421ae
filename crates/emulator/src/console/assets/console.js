// Refreshes the live parts of a page, submits its forms in the background, and streams chats.
'use strict';

const EVERY_MS = 1000;
const $ = (id) => document.getElementById(id);

/** Shows a notification, which screen readers announce. */
function say(text, isBad = false) {
  const told = $('told');
  told.textContent = text;
  told.classList.toggle('bad', isBad);
  told.classList.add('shown');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => told.classList.remove('shown'), 6000);
}

// --- Live parts ---

/** Updates `from` to match `to`. Equal nodes are kept, which preserves focus, selections and open items. */
function become(from, to) {
  for (const { name } of [...from.attributes]) {
    if (name !== 'open' && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== 'open' && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from.hasAttribute('data-keep')) return;
  const staying = new Set([...to.children].map((child) => child.id).filter(Boolean));
  const known = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = from.firstChild;
  for (const next of [...to.childNodes]) {
    while (at?.id && !staying.has(at.id)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    const alike = next.id ? known.get(next.id) : at && !at.id && at.nodeName === next.nodeName ? at : null;
    if (!alike) {
      from.insertBefore(next, at);
    } else {
      if (alike === at) at = at.nextSibling;
      else from.insertBefore(alike, at);
      if (alike.nodeType === Node.ELEMENT_NODE) become(alike, next);
      else if (alike.data !== next.data) alike.data = next.data;
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
  const answer = await fetch(url, { headers, cache: 'no-store' });
  if (answer.status === 401) return location.reload();
  // The resource may have been deleted. Keep the last content then.
  if (!answer.ok) return;
  const text = await answer.text();
  // The URL may have changed during the request.
  if (part.dataset.live !== url || part.held) return;
  part.known = { url, tag: answer.headers.get('etag') };
  const next = document.createElement('template');
  next.innerHTML = text;
  const scroll = part.closest('.scroll');
  const atEnd = scroll && scroll.scrollTop + scroll.clientHeight > scroll.scrollHeight - 40;
  become(part, next.content.firstElementChild);
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

async function refreshAll() {
  const parts = [...document.querySelectorAll('[data-live]')].filter((part) => !part.held);
  try {
    await Promise.all(parts.map(refresh));
    if (document.body.classList.contains('lost')) say('Connected again.');
    document.body.classList.remove('lost');
  } catch {
    if (!document.body.classList.contains('lost')) say('The emulator does not respond. Is it still running?', true);
    document.body.classList.add('lost');
  }
}

const isPaused = () => sessionStorage.getItem('paused') === 'yes';

async function keepUpToDate() {
  if (!document.hidden && !isPaused()) await refreshAll();
  setTimeout(keepUpToDate, EVERY_MS);
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
    say(isPaused() ? 'Updates are paused.' : 'Updates are on.');
  });
}

// --- Forms that are submitted in the background ---

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!('quietly' in form.dataset)) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { accept: 'text/plain' } });
    say(await words(answer), !answer.ok);
  } catch {
    say('The emulator does not respond. Is it still running?', true);
  }
  await refreshAll();
});

/** The message in a response: its text, the detail of an API error, or the reason on an error page. */
async function words(answer) {
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  if (type.includes('json')) return JSON.parse(text).errors?.[0]?.detail ?? `HTTP ${answer.status}`;
  if (!type.includes('html')) return text;
  const page = new DOMParser().parseFromString(text, 'text/html');
  return page.querySelector('.failure p:not(.code)')?.textContent ?? `HTTP ${answer.status}`;
}

// --- The request log ---

// `toggle` does not bubble, so listen in the capture phase.
document.addEventListener('toggle', async (event) => {
  const { target } = event;
  if (!target.open || !target.dataset?.from) return;
  const answer = await fetch(target.dataset.from);
  if (answer.ok) target.querySelector('.detail').innerHTML = await answer.text();
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
async function* eventsOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
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
  const said = item.appendChild(document.createElement('p'));
  said.className = 'words';
  said.textContent = text;
  $('pending').append(item);
  return said;
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
    transcript.held = true;
    scroll.setAttribute('aria-busy', 'true');
    const body = new URLSearchParams({ content: text, conversation_id: conversation.value });
    content.value = '';
    message('user', 'User', text);
    const reply = message('assistant', 'Assistant', '');
    reply.classList.add('coming');
    toEnd();
    try {
      const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/event-stream' } });
      adopt(answer.headers.get('x-conversation-id'));
      if (!answer.ok) throw new Error(await words(answer));
      for await (const event of eventsOf(answer)) {
        if (event.type === 'delta') reply.textContent += event.content;
        if (event.type === 'error') throw new Error(event.message);
        toEnd();
      }
      transcript.held = false;
      await refresh(transcript);
    } catch (error) {
      transcript.held = false;
      if (conversation.value) await refresh(transcript).catch(() => {});
      if (!content.value) content.value = text;
      say(error instanceof TypeError ? 'The reply was interrupted.' : error.message, true);
    } finally {
      $('pending').replaceChildren();
      scroll.removeAttribute('aria-busy');
      form.isBusy = false;
      toEnd();
    }
  });

  /** Continues the conversation that the first message has created. */
  function adopt(id) {
    if (!id || conversation.value) return;
    conversation.value = id;
    $('transcript').dataset.live = `/console/parts/conversations/${encodeURIComponent(id)}`;
    history.replaceState(null, '', `?conversation=${encodeURIComponent(id)}`);
  }
}

pauseButton();
filterRequests();
chat();
refreshAll().then(() => setTimeout(keepUpToDate, EVERY_MS));
