// Tests the console in a browser. See README.md.
//
//   node walk.mjs EMULATOR CHROMIUM FOLDER
//
// EMULATOR is the program, CHROMIUM the browser, FOLDER the folder for screenshots.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const [emulatorProgram, browserProgram, folder] = process.argv.slice(2);
const seed = join(import.meta.dirname, 'seed.yaml');
const WIDTHS = [1280, 400];
const TIMEOUT_MS = 10_000;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// --- The emulator and the browser ---

const started = [];

/** Starts an emulator on a free port. Returns the URL of its console. */
async function emulator(...args) {
  const program = spawn(emulatorProgram, ['--listen', '127.0.0.1:0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(program);
  let errorOutput = '';
  program.stderr.on('data', (text) => { errorOutput += text; });
  for await (const line of createInterface({ input: program.stdout })) {
    const address = line.match(/^listening on (http:\/\/.*)\/v2$/)?.[1];
    if (address) return { address, stop: () => program.kill() };
  }
  throw new Error(`the emulator did not start: ${errorOutput}`);
}

/** Sends a request like a client. */
async function api(address, method, path, body) {
  const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
  const response = await fetch(`${address}/v2/ai${path}`, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.json();
}

/** Opens a page that fails the current step if the browser reports an error. The step can control its clock. */
async function open(context, url, { errorsAllowed = false, fakeClock = false } = {}) {
  const page = await context.newPage();
  if (fakeClock) await page.clock.install();
  page.setDefaultTimeout(TIMEOUT_MS);
  page.browserErrors = [];
  page.on('console', (message) => message.type() === 'error' && page.browserErrors.push(message.text()));
  page.on('pageerror', (error) => page.browserErrors.push(String(error)));
  page.on('dialog', (dialog) => {
    page.browserErrors.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  pages.push({ page, errorsAllowed });
  await page.goto(url);
  await waitUntilLoaded(page);
  return page;
}

let pages = [];

async function closePages() {
  const browserErrors = [];
  for (const { page, errorsAllowed } of pages) {
    if (!errorsAllowed) browserErrors.push(...page.browserErrors);
    await page.close();
  }
  pages = [];
  assert.deepEqual(browserErrors, [], 'the browser reported errors');
}

/** Waits until the script has loaded the content of the page. */
async function waitUntilLoaded(page) {
  const now = page.locator('#now');
  if (await now.count()) await now.locator('time').waitFor();
}

// --- Checks of every page ---

async function check(page, name) {
  const { width } = page.viewportSize();
  const widest = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(widest <= width, `${name} is ${widest} px wide in a window of ${width} px`);
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await page.evaluate(async (source) => {
      if (!window.axe) (0, eval)(source);
      const { violations } = await window.axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map((node) => node.html).join(' ')}`);
    }, axe.source);
    assert.deepEqual(found, [], `${name}, ${colorScheme}, ${width} px: accessibility`);
  }
}

async function checkAndCapture(page, name, { dark = false } = {}) {
  // Notifications disappear after some time. Wait for that, because they cover the page.
  await page.evaluate(() => document.getElementById('notification').classList.remove('shown'));
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await check(page, name);
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: WIDTHS[0], height: 800 });
  if (dark) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: join(folder, `${name}-dark-${WIDTHS[0]}.png`), fullPage: true });
    await page.emulateMedia({ colorScheme: 'light' });
  }
}

/** Presses Tab until `selector` has the focus. Returns the labels of the elements before it. */
async function tabTo(page, selector) {
  const passed = [];
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press('Tab');
    const { hit, text, visible } = await page.evaluate((wanted) => {
      const at = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const text = at.textContent.trim() || at.id;
      return { hit: at.matches(wanted), text, visible: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
    }, selector);
    assert.ok(visible, `the focus on '${text}' is visible`);
    passed.push(text);
    if (hit) return passed;
  }
  throw new Error(`Tab does not reach ${selector}, only ${passed.join(', ')}`);
}

// --- The steps ---

const browserProfile = await mkdtemp(join(tmpdir(), 'console-'));
await mkdir(folder, { recursive: true });
let passed = 0;
let failed = 0;

async function step(name, run) {
  const start = performance.now();
  try {
    await run();
    await closePages();
    passed += 1;
    console.log(`ok      ${name} (${Math.round(performance.now() - start)} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`failed  ${name}\n${error.stack}`);
    for (const [n, { page }] of pages.entries()) {
      await page.screenshot({ path: join(folder, `failed-${failed}-${n}.png`) }).catch(() => {});
    }
    await closePages().catch((error) => console.log(error.message));
  }
}

const context = await chromium.launchPersistentContext(browserProfile, {
  executablePath: browserProgram,
  headless: true,
  args: FLAGS,
  viewport: { width: WIDTHS[0], height: 800 },
  reducedMotion: 'reduce',
  colorScheme: 'light',
});
const { address } = await emulator('--seed', seed, '--frozen-at', '2026-03-02T08:30:00Z');

await step('chat works with the keyboard only', async () => {
  const page = await open(context, `${address}/`);
  assert.equal((await tabTo(page, '.skip'))[0], 'Skip to content');
  await tabTo(page, 'a[href="/console/assistants/assistant-support"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/console/assistants/assistant-support');
  await tabTo(page, '#content');
  // The text of the reply after each part.
  await page.evaluate(() => {
    window.texts = [];
    const watch = new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        if (target.className.includes('coming')) window.texts.push(...[...addedNodes].map((node) => node.data));
      }
    });
    watch.observe(document.getElementById('pending'), { childList: true, subtree: true });
  });
  await page.keyboard.type('Hello, my order is late.');
  await page.keyboard.press('Enter');
  const greeting = page.locator('#transcript .message.assistant', { hasText: 'Hello Ada, this is Support.' });
  await greeting.waitFor();
  const texts = (await page.evaluate(() => window.texts)).filter(Boolean);
  assert.ok(texts.length > 2, `the reply came in pieces: ${JSON.stringify(texts)}`);
  assert.ok(texts.every((text, n) => n === 0 || text.startsWith(texts[n - 1])), 'each part is appended');
  assert.match(page.url(), /\?conversation=/, 'the conversation has a URL');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content', 'the focus stays in the field');

  await page.keyboard.type('It is order 4711.');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('Where is it?');
  await page.keyboard.press('Enter');
  await page.locator('#transcript .message.assistant').nth(1).waitFor();
  assert.equal(await page.locator('#transcript .message').count(), 4);
  assert.equal(await page.locator('#pending .message').count(), 0, 'no message is shown twice');
  await page.reload();
  await waitUntilLoaded(page);
  assert.equal(await page.locator('#transcript .message').count(), 4, 'the messages are still shown');
  await page.locator('#facts').getByText('web chat').waitFor();
  await checkAndCapture(page, 'assistant', { dark: true });
});

await step('unsent text is kept while the page updates', async () => {
  const page = await open(context, `${address}/console/assistants/assistant-sales`);
  await page.locator('#content').fill('Half a sentence');
  await api(address, 'POST', '/assistants/assistant-sales', { greeting: 'Welcome to Sales!' });
  await page.locator('#facts').getByText('Welcome to Sales!').waitFor();
  assert.equal(await page.locator('#content').inputValue(), 'Half a sentence');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
});

await step('a scheduled call runs when the clock is advanced', async () => {
  const page = await open(context, `${address}/console/schedule`);
  const call = page.locator('.event', { hasText: '+15550100' });
  assert.equal(await call.locator('.head .badge').textContent(), 'pending');
  assert.equal(await page.locator('.timeline > li:first-child').textContent(), 'Now08:30:00', 'nothing has happened yet');
  const button = page.getByRole('button', { name: '+1 h' });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.locator('#notification', { hasText: 'The time is now 2026-03-02 09:30:00.' }).waitFor();
  await call.locator('.head .badge', { hasText: 'completed' }).waitFor();
  assert.ok(await button.evaluate((it) => it === document.activeElement), 'the focus stays on the button');
  const busy = page.locator('.event', { hasText: '+15550199' });
  assert.equal(await busy.locator('.head .badge').textContent(), 'failed');
  assert.equal(await busy.locator('.attempts li').count(), 2);
  await checkAndCapture(page, 'schedule', { dark: true });

  await call.getByRole('link', { name: 'Messages' }).click();
  await page.locator('.message.assistant', { hasText: 'Hello Ada' }).waitFor();
  await waitUntilLoaded(page);
  await checkAndCapture(page, 'conversation');
});

await step('the clock resumes, freezes and moves to the next job', async () => {
  const page = await open(context, `${address}/console/schedule`);
  await page.getByRole('button', { name: 'To the next job' }).click();
  await page.locator('#notification', { hasText: 'The time is now 2026-03-02 14:00:00. 1 job has run.' }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.now', { hasText: 'runs' }).waitFor();
  await page.getByRole('button', { name: 'Freeze' }).click();
  await page.locator('.now', { hasText: 'is frozen' }).waitFor();
});

await step('a test run is started and updated', async () => {
  const page = await open(context, `${address}/console/tests`);
  await page.getByRole('button', { name: 'Run Greets by name' }).click();
  const run = page.locator('#runs .run', { hasText: 'Greets by name' });
  await run.locator('.badge', { hasText: 'pending' }).waitFor();
  await run.locator('summary').click();
  await page.getByRole('button', { name: '+1 s' }).click();
  await run.locator('.progress .badge', { hasText: 'passed' }).waitFor();
  assert.ok(await run.evaluate((details) => details.open), 'opened details stay open');
  assert.equal(await run.locator('.verdicts li').count(), 2);
  await page.getByRole('button', { name: 'Run Knows about refunds' }).click();
  await page.getByRole('button', { name: '+1 s' }).click();
  await page.locator('#runs .run', { hasText: 'refunds' }).locator('.progress .badge', { hasText: 'failed' }).waitFor();
  await page.getByRole('button', { name: 'Run Greets by name' }).click();
  await page.locator('#runs > ol > li').nth(2).waitFor();
  await checkAndCapture(page, 'tests');
});

await step('new requests appear automatically', async () => {
  await api(address, 'GET', '/assistants/assistant-support');
  await fetch(`${address}/v2/ai/assistants/assistant-nobody`, { headers: { authorization: 'Bearer any' } });
  await api(address, 'PUT', '/assistants/tests/test-greets', { description: 'Good manners.' });
  const page = await open(context, `${address}/console/requests`);
  const rows = page.locator('#requests .request');
  const before = await rows.count();
  await api(address, 'POST', '/tools', {
    type: 'webhook',
    display_name: 'Look up',
    webhook: { name: 'look_up', description: 'Looks up.', url: 'http://127.0.0.1:9/', headers: [{ name: 'x-key', value: 'hunter2' }] },
  });
  const tool = rows.filter({ hasText: '/v2/ai/tools' });
  await tool.waitFor();
  assert.equal(await rows.count(), before + 1);
  await tool.locator('summary').focus();
  await page.keyboard.press('Enter');
  await tool.getByText('Bearer ***').waitFor();
  assert.ok(!(await page.content()).includes('hunter2'), 'secrets are masked');
  await checkAndCapture(page, 'requests');

  await api(address, 'GET', '/integrations');
  await rows.filter({ hasText: '/v2/ai/integrations' }).waitFor();
  assert.ok(await tool.evaluate((details) => details.open), 'opened details stay open');
  assert.ok(await tool.getByText('Bearer ***').isVisible());

  await page.locator('#path').pressSequentially('tools');
  await rows.filter({ hasText: 'integrations' }).waitFor({ state: 'detached' });
  await page.getByLabel('Method').selectOption('POST');
  await page.waitForURL('**/requests?path=tools&method=POST');
  assert.equal(await rows.count(), 1);
  await api(address, 'GET', '/tools');
  await api(address, 'POST', '/tools', { type: 'hangup', display_name: 'Bye', hangup: {} });
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2, 'the filter applies to new requests');
  assert.equal(await page.locator('#path').inputValue(), 'tools');
  const log = await fetch(`${address}/_emulator/requests?limit=10000`).then((response) => response.json());
  assert.ok(log.data.every(({ path }) => path.startsWith('/v2/ai/')), 'requests of the console are not logged');
});

await step('updates can be paused', async () => {
  const page = await open(context, `${address}/console/requests`, { fakeClock: true });
  const rows = page.locator('#requests .request');
  const before = await rows.count();
  await page.getByRole('button', { name: 'Pause updates' }).click();
  assert.equal(await page.locator('#pause').getAttribute('aria-pressed'), 'true');
  const requestedUrls = [];
  await api(address, 'GET', '/mcp_servers');
  // Requests from before the click may still be in flight.
  await page.waitForLoadState('networkidle');
  page.on('request', (request) => requestedUrls.push(request.url()));
  await page.clock.runFor(60_000);
  assert.deepEqual(requestedUrls, [], 'there are no requests for a minute');
  await page.getByRole('button', { name: 'Pause updates' }).click();
  await page.clock.runFor(2_000);
  await rows.nth(before).waitFor();
});

await step('names are shown as text', async () => {
  const name = '<script>alert(1)</script><img src=x onerror=alert(2)>';
  const { id } = await api(address, 'POST', '/assistants', { name, instructions: name, greeting: name });
  const page = await open(context, `${address}/`);
  await page.getByRole('link', { name }).click();
  await page.waitForURL(`**/${id}`);
  await page.locator('#content').fill(name);
  await page.keyboard.press('Enter');
  await page.locator('#transcript .message.assistant', { hasText: name }).waitFor();
  await checkAndCapture(page, 'escaped');
  await api(address, 'DELETE', `/assistants/${id}`);
});

await step('all pages pass the checks', async () => {
  const page = await open(context, `${address}/`);
  await checkAndCapture(page, 'assistants', { dark: true });
  for (const name of ['conversations', 'requests/1']) {
    await page.goto(`${address}/console/${name}`);
    await waitUntilLoaded(page);
    await checkAndCapture(page, name.replace('/', '-'));
  }
});

await step('an unknown page is 404', async () => {
  const page = await open(context, `${address}/console/nowhere`, { errorsAllowed: true });
  await page.getByRole('heading', { name: 'Not found' }).waitFor();
  await checkAndCapture(page, 'not-found');
});

await step('empty pages explain what to do', async () => {
  const empty = await emulator();
  const page = await open(context, `${empty.address}/`);
  await checkAndCapture(page, 'empty-assistants');
  for (const name of ['conversations', 'tests', 'schedule', 'requests']) {
    await page.goto(`${empty.address}/console/${name}`);
    await waitUntilLoaded(page);
    assert.ok(await page.locator('.empty').count(), name);
    await checkAndCapture(page, `empty-${name}`);
  }
  page.browserErrors = [];
  pages[0].errorsAllowed = true;
  empty.stop();
  await page.locator('#notification', { hasText: 'does not respond' }).waitFor();
});

await step('sign-in is required if a key is set', async () => {
  const guarded = await emulator('--api-key', 'hunter2', '--seed', seed);
  const page = await open(context, `${guarded.address}/console/tests`, { errorsAllowed: true });
  await page.waitForURL('**/console/login');
  await checkAndCapture(page, 'sign-in');
  await page.getByLabel('API key').fill('hunter3');
  await page.keyboard.press('Enter');
  await page.getByText('This is not the API key.').waitFor();
  await page.getByLabel('API key').fill('hunter2');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Support' }).click();
  const [cookie] = (await context.cookies(guarded.address)).filter(({ name }) => name.endsWith(new URL(guarded.address).port));
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict']);
  assert.ok(!cookie.value.includes('hunter2'), 'the cookie does not contain the key');
  await page.locator('#content').fill('Hello');
  await page.keyboard.press('Enter');
  await page.locator('#transcript .message.assistant').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/console/login');
});

await context.close();
for (const program of started) program.kill();
await rm(browserProfile, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed; screenshots in ${folder}`);
process.exitCode = failed || !passed ? 1 : 0;
