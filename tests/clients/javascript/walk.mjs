// Calls every operation of the vendor's current JavaScript client, as published.
//
//   TELNYX_API_KEY=any node walk.mjs <base URL of a fresh emulator> <wire.json> <the guide's javascript.md>
//
// Each function covers one resource.

import { readFileSync } from 'node:fs';

import Telnyx from 'telnyx';

import {
  all,
  answered,
  Checks,
  inHours,
  operations,
  published,
  recorder,
  serverSentEvents,
  until,
  webServer,
} from '../checks.mjs';

const [baseURL, wireFile, guideFile] = process.argv.slice(2);
const { calls, fetch } = recorder(baseURL);
const telnyx = new Telnyx({ baseURL, fetch });
const { assistants, conversations, integrations, mcpServers, tools } = telnyx.ai;
const checks = new Checks();

const contract = operations(wireFile);
const has = published(contract, import.meta.resolve('telnyx'));

const UNKNOWN = '00000000-0000-0000-0000-000000000000';

/** Creates an assistant for a test. */
function anAssistant(more = {}) {
  return assistants.create({ name: 'Reception', instructions: 'Take messages.', ...more });
}

async function creatingAssistants() {
  const body = {
    name: 'Réception ☎ 受付',
    instructions: 'Take messages for {{company}}.',
    model: 'openai/gpt-4o',
    greeting: 'Hello, this is {{company}}.',
    description: 'Answers the phone.',
    dynamic_variables: { company: 'Acme' },
    enabled_features: ['telephony', 'messaging'],
    tags: ['front desk'],
    voice_settings: { voice: 'Telnyx.KokoroTTS.af_heart', voice_speed: 1.25 },
    transcription: { model: 'deepgram/flux', settings: { eot_threshold: 0.7 } },
    tools: [{ type: 'hangup', hangup: { description: 'Ends the call.' } }],
    a_field_of_next_year: { kept: true },
  };
  const { data: created, response } = await assistants.create(body).withResponse();
  checks.equal('create answers 200', response.status, 200);
  checks.ok('every answer has a request id', response.headers.get('x-request-id'));
  checks.ok('ids start with assistant-', /^assistant-[0-9a-f-]{36}$/.test(created.id), created.id);
  checks.ok('created_at is a time', !Number.isNaN(Date.parse(created.created_at)), created.created_at);
  checks.ok('it has a version from the start', created.version_id && created.version_name, created);
  for (const field of ['name', 'instructions', 'model', 'greeting', 'description', 'dynamic_variables', 'tags']) {
    checks.equal(`${field} is as sent`, created[field], body[field]);
  }
  checks.equal('numbers are as sent', created.voice_settings.voice_speed, 1.25);
  checks.equal('nested settings are as sent', created.transcription, body.transcription);
  checks.equal('a tool is as sent', created.tools[0].hangup, body.tools[0].hangup);
  checks.equal('an unknown field is kept', created.a_field_of_next_year, { kept: true });
  checks.ok('a messaging profile is made', created.messaging_settings?.default_messaging_profile_id, created);
  checks.ok('a TeXML app is made', created.telephony_settings?.default_texml_app_id, created);

  checks.equal('retrieve answers the same, not wrapped', await assistants.retrieve(created.id), created);
  const list = await assistants.list();
  checks.ok(
    'list has it',
    list.data.some(({ id }) => id === created.id),
    list,
  );
  const least = await anAssistant();
  checks.ok('model is optional', typeof least.model === 'string' && least.model !== '', least.model);

  const { UnprocessableEntityError } = Telnyx;
  await checks.rejects('name is required', assistants.create({ instructions: 'x' }), UnprocessableEntityError, 422, {
    code: '10004',
    pointer: '/name',
  });
  await checks.rejects(
    'voice_speed has a range',
    anAssistant({ voice_settings: { voice: 'x', voice_speed: 9 } }),
    UnprocessableEntityError,
    422,
    { code: '10033', pointer: '/voice_settings/voice_speed' },
  );
  await checks.rejects(
    'a pay tool needs disable_dtmf',
    anAssistant({ tools: [{ type: 'pay', pay: { connector_name: 'stripe' } }] }),
    UnprocessableEntityError,
    422,
    { pointer: '/telephony_settings/disable_dtmf' },
  );
  await checks.rejects(
    'edges of a flow end at nodes',
    anAssistant({
      conversation_flow: {
        start_node_id: 'start',
        nodes: [{ id: 'start', type: 'prompt', instructions: 'Hi.', position: { x: 0, y: 0 } }],
        edges: [
          {
            id: 'e',
            start_node_id: 'start',
            target: { type: 'node', node_id: 'gone' },
            condition: { type: 'llm', prompt: 'x' },
          },
        ],
      },
    }),
    UnprocessableEntityError,
    422,
    { pointer: '/conversation_flow/edges/0/target/node_id' },
  );
}

async function idempotencyKeys() {
  const body = { name: 'Once', instructions: 'Only once.', 'Idempotency-Key': 'walk-once' };
  const first = await assistants.create(body).withResponse();
  const again = await assistants.create(body).withResponse();
  checks.equal('the key goes out as a header', calls.at(-1).headers.get('idempotency-key'), 'walk-once');
  checks.equal('the first answer is no replay', first.response.headers.get('idempotency-replayed'), null);
  checks.equal('the second is', again.response.headers.get('idempotency-replayed'), 'true');
  checks.equal('both are the same', again.data, first.data);
  const { data } = await assistants.list();
  checks.equal('one assistant was made', data.filter(({ name }) => name === 'Once').length, 1);
  await checks.rejects(
    'another request under the same key',
    assistants.create({ ...body, name: 'Twice' }),
    Telnyx.UnprocessableEntityError,
    422,
  );
  await checks.rejects(
    'a key with a space',
    assistants.create({ ...body, 'Idempotency-Key': 'not good' }),
    Telnyx.BadRequestError,
    400,
    { code: '10015' },
  );
  const copies = [];
  for (const _ of [1, 2]) copies.push((await assistants.clone(first.data.id, { 'Idempotency-Key': 'walk-clone' })).id);
  checks.equal('clone takes a key', copies[0], copies[1]);
}

async function changingAssistants() {
  const before = await anAssistant({ greeting: 'Hello.' });
  const after = await assistants.update(before.id, { name: 'Night desk', version_name: 'Night' });
  checks.equal('update changes what is sent', after.name, 'Night desk');
  checks.equal('and leaves the rest', after.greeting, 'Hello.');
  checks.equal('the version has its name', after.version_name, 'Night');
  checks.ok('an update is a new version', after.version_id !== before.version_id, after.version_id);
  checks.equal('it is the main one', (await assistants.retrieve(before.id)).version_id, after.version_id);

  const draft = await assistants.update(before.id, { name: 'Draft desk', promote_to_main: false });
  checks.ok('without promotion it is a version beside', draft.version_id !== after.version_id, draft);
  checks.equal('the main one stays', (await assistants.retrieve(before.id)).name, 'Night desk');

  const patched = await telnyx.patch(`/ai/assistants/${before.id}`, { body: { description: 'By PATCH.' } });
  checks.equal('PATCH is taken as well', [patched.description, patched.name], ['By PATCH.', 'Night desk']);
  checks.equal('an update of nothing', (await assistants.update(before.id)).name, 'Night desk');
  await checks.rejects(
    'a version name has 50 characters at most',
    assistants.update(before.id, { version_name: 'x'.repeat(51) }),
    Telnyx.UnprocessableEntityError,
    422,
    { code: '10025', pointer: '/version_name' },
  );

  const phone = await anAssistant({ telephony_settings: { supports_unauthenticated_web_calls: true } });
  const copy = await assistants.clone(phone.id);
  checks.ok('a clone has an id of its own', copy.id !== phone.id, copy.id);
  checks.equal('and the same instructions', copy.instructions, phone.instructions);
  checks.equal('but no telephony settings', copy.telephony_settings?.supports_unauthenticated_web_calls, undefined);

  checks.equal('delete answers what was deleted', await assistants.delete(copy.id), {
    id: copy.id,
    object: 'assistant',
    deleted: true,
  });
  await checks.rejects('then it is gone', assistants.retrieve(copy.id), Telnyx.NotFoundError, 404, { code: '10005' });
  await checks.rejects('and cannot be deleted', assistants.delete(copy.id), Telnyx.NotFoundError, 404);
  await checks.rejects('nor changed', assistants.update(copy.id, { name: 'x' }), Telnyx.NotFoundError, 404);
}

async function variablesFromAWebhook() {
  const hook = await webServer(() => ({
    body: { dynamic_variables: { caller: 'Ada' }, conversation: { metadata: { tier: 'gold' } } },
  }));
  const assistant = await anAssistant({
    instructions: 'Talk to {{caller}} of {{company}}.',
    dynamic_variables: { caller: 'nobody', company: 'Acme' },
    dynamic_variables_webhook_url: `${hook.url}/variables`,
  });
  checks.equal('the default timeout', assistant.dynamic_variables_webhook_timeout_ms, 1500);
  const plain = await assistants.retrieve(assistant.id);
  checks.equal('nothing is fetched unasked', [hook.requests.length, plain.dynamic_variables.caller], [0, 'nobody']);

  const fetched = await assistants.retrieve(assistant.id, {
    fetch_dynamic_variables_from_webhook: true,
    from: '+13125550100',
    to: '+13125550199',
    call_control_id: 'v3:walk',
  });
  checks.equal('asked, they are', fetched.dynamic_variables, { caller: 'Ada', company: 'Acme' });
  const [{ method, url, body }] = hook.requests;
  checks.equal('the webhook is posted to', [method, url], ['POST', '/variables']);
  checks.equal('with an event', [body.data.record_type, body.data.event_type], ['event', 'assistant.initialization']);
  const { payload } = body.data;
  checks.equal('about this assistant', payload.assistant_id, assistant.id);
  checks.equal('and this call', payload.call_control_id, 'v3:walk');
  checks.equal('from there', payload.telnyx_end_user_target, '+13125550100');
  checks.equal('to here', payload.telnyx_agent_target, '+13125550199');

  const { id } = await conversations.create({});
  const { content } = await assistants.chat(assistant.id, { conversation_id: id, content: 'Hi.' });
  checks.ok('a chat uses them', content.includes('Talk to Ada of Acme.'), content);
  const { data } = await conversations.retrieve(id);
  checks.equal('metadata goes to the conversation', data.metadata.tier, 'gold');
  hook.close();
}

async function importingAssistants() {
  const request = { provider: 'vapi', api_key_ref: 'vapi_key', import_ids: ['one', 'two'] };
  const { data } = await assistants.imports(request);
  checks.equal(
    'one assistant per id',
    data.map(({ import_metadata }) => import_metadata?.import_id),
    ['one', 'two'],
  );
  checks.equal('from this provider', data[0].import_metadata.import_provider, 'vapi');
  const again = await assistants.imports({ ...request, 'Idempotency-Key': 'walk-import' });
  checks.equal(
    'again, they are written over',
    again.data.map(({ id }) => id),
    data.map(({ id }) => id),
  );
  const everything = await assistants.imports({ provider: 'retell', api_key_ref: 'retell_key' });
  checks.ok('without ids, all there are', everything.data.length > 0, everything);
  await checks.rejects(
    'another provider',
    assistants.imports({ ...request, provider: 'nobody' }),
    Telnyx.UnprocessableEntityError,
    422,
    { code: '10032', pointer: '/provider' },
  );
}

async function texml() {
  const { id } = await anAssistant();
  const text = await assistants.getTexml(id);
  checks.ok('it is a document, not a JSON string', text.startsWith('<?xml'), text);
  checks.ok('that connects to the assistant', text.includes(`<AIAssistant id="${id}"`), text);
  await checks.rejects('of an assistant that is there', assistants.getTexml('nobody'), Telnyx.NotFoundError, 404);
}

async function chatting() {
  const assistant = await anAssistant({ greeting: 'Welcome, {{name}}.', instructions: 'Be kind to {{name}}.' });
  const { id: conversation_id } = await conversations.create({ metadata: { name: 'Ada' } });
  const say = (content, more) => assistants.chat(assistant.id, { conversation_id, content, ...more });

  checks.equal('the first answer greets', await say('Hello?'), { content: 'Welcome, Ada.' });
  const second = await say('What time is it?', { name: 'Ada' });
  checks.ok('the next one answers', second.content.includes('What time is it?'), second);
  checks.ok('metadata fills the instructions', second.content.includes('Be kind to Ada.'), second);

  // The client has no type for a stream and returns its text.
  const { data: streamed, response } = await say('And now, piece by piece, please?', { stream: true }).withResponse();
  checks.ok('a stream has its content type', response.headers.get('content-type').startsWith('text/event-stream'));
  const events = serverSentEvents(streamed);
  const deltas = events.filter(({ event }) => event === 'delta');
  const last = events.at(-1);
  checks.ok('it comes in pieces', deltas.length > 1, streamed);
  checks.equal('it ends with done', [last.event, last.data.type], ['done', 'done']);
  checks.equal('done has all of it', last.data.content, deltas.map(({ data }) => data.content).join(''));

  const messages = await all(conversations.messages.list(conversation_id));
  checks.equal(
    'all is kept',
    messages.map(({ role }) => role),
    ['user', 'assistant', 'user', 'assistant', 'user', 'assistant'],
  );
  checks.equal('as it was said', [messages[0].text, messages[5].text], ['Hello?', last.data.content]);

  const { BadRequestError, NotFoundError, UnprocessableEntityError } = Telnyx;
  const silent = await conversations.create({ metadata: { ai_disabled: true } });
  const chat = (body) => assistants.chat(assistant.id, body);
  await checks.rejects(
    'AI can be disabled',
    chat({ conversation_id: silent.id, content: 'Hi.' }),
    BadRequestError,
    400,
  );
  await checks.rejects(
    'a conversation comes first',
    chat({ conversation_id: UNKNOWN, content: 'Hi.' }),
    NotFoundError,
    404,
  );
  await checks.rejects('content is required', chat({ conversation_id }), UnprocessableEntityError, 422, {
    pointer: '/content',
  });
}

async function textMessages() {
  const { id } = await anAssistant({ greeting: 'Your parcel is here.' });
  const numbers = { from: '+13125550100', to: '+13125550199' };
  const sent = await assistants.sendSMS(id, {
    ...numbers,
    text: 'It is at your door.',
    should_create_conversation: true,
    conversation_metadata: { order: 17, urgent: true },
    'Idempotency-Key': 'walk-sms',
  });
  const { data } = await conversations.retrieve(sent.conversation_id);
  checks.equal('the conversation knows its order', [data.metadata.order, data.metadata.urgent], [17, true]);
  checks.equal('and its channel', data.metadata.telnyx_conversation_channel, 'sms_chat');
  const [message] = await all(conversations.messages.list(sent.conversation_id));
  checks.equal('the text is sent', [message.role, message.text], ['assistant', 'It is at your door.']);

  const greeted = await assistants.sendSMS(id, { ...numbers, should_create_conversation: true });
  const [greeting] = await all(conversations.messages.list(greeted.conversation_id));
  checks.equal('without a text, the greeting', greeting.text, 'Your parcel is here.');
  await checks.rejects(
    'to is required',
    assistants.sendSMS(id, { from: '+13125550100' }),
    Telnyx.UnprocessableEntityError,
    422,
    {
      pointer: '/to',
    },
  );
}

async function enhancingInstructions() {
  const { id } = await anAssistant({ instructions: 'Sell tea.' });
  const { data: text, response } = await assistants.instructions.enhance(id).withResponse();
  checks.ok('the answer is plain text', response.headers.get('content-type').startsWith('text/plain'));
  checks.ok('made of its instructions', typeof text === 'string' && text.includes('Sell tea.'), text);
  checks.ok('and longer', text.length > 'Sell tea.'.length, text);
  const other = await assistants.instructions.enhance(id, { instructions: 'Sell coffee.', enhancement_prompt: null });
  checks.ok('or of those sent', other.includes('Sell coffee.') && !other.includes('Sell tea.'), other);
}

async function tags() {
  const { id } = await anAssistant({ tags: ['old'] });
  checks.equal('add answers its tags', await assistants.tags.add(id, { tag: 'front desk' }), {
    tags: ['old', 'front desk'],
  });
  checks.equal('once is enough', (await assistants.tags.add(id, { tag: 'old' })).tags, ['old', 'front desk']);
  checks.equal('the assistant has them', (await assistants.retrieve(id)).tags, ['old', 'front desk']);
  const everywhere = await assistants.tags.list();
  checks.ok(
    'list has those of all',
    everywhere.tags.includes('front desk') && everywhere.tags.includes('old'),
    everywhere,
  );
  checks.equal('remove', await assistants.tags.remove('front desk', { assistant_id: id }), { tags: ['old'] });
  await checks.rejects('no colons', assistants.tags.add(id, { tag: 'a:b' }), Telnyx.UnprocessableEntityError, 422, {
    pointer: '/tag',
  });
}

async function sharedTools() {
  const webhook = { name: 'lookup', description: 'Looks up.', url: 'http://127.0.0.1:9/{id}', method: 'GET' };
  const request = { type: 'webhook', display_name: 'Lookup', webhook, 'Idempotency-Key': 'walk-tool' };
  const tool = await tools.create(request);
  checks.equal('create', [tool.type, tool.display_name], ['webhook', 'Lookup']);
  checks.equal('the definition is as sent', tool.tool_definition, webhook);
  checks.equal('the default timeout', tool.timeout_ms, 5000);
  checks.equal('replayed', (await tools.create(request)).id, tool.id);
  checks.equal('retrieve', await tools.retrieve(tool.id), tool);

  const changed = await tools.update(tool.id, { timeout_ms: 800 });
  checks.equal('update by PATCH', [changed.timeout_ms, changed.display_name], [800, 'Lookup']);
  checks.equal('the method', calls.at(-1).method, 'PATCH');

  const hangup = { description: 'Ends the call.' };
  for (const display_name of ['One', 'Two', 'Three']) await tools.create({ type: 'hangup', display_name, hangup });
  const before = calls.length;
  const found = await all(tools.list({ 'filter[type]': 'hangup', 'page[size]': 2 }));
  checks.equal('the client pages by itself', [found.length, calls.length - before], [3, 2]);
  checks.equal('to the second page', calls.at(-1).query.get('page[number]'), '2');
  const byName = await tools.list({ 'filter[name]': 'Two' });
  checks.equal(
    'by name',
    byName.data.map(({ display_name }) => display_name),
    ['Two'],
  );
  checks.equal('meta counts', byName.meta, { page_number: 1, page_size: 20, total_pages: 1, total_results: 1 });
  await checks.rejects(
    'pages have 100 items at most',
    tools.list({ 'page[size]': 101 }),
    Telnyx.UnprocessableEntityError,
    422,
  );
  await checks.rejects(
    'a webhook needs its definition',
    tools.create({ type: 'webhook', display_name: 'x' }),
    Telnyx.UnprocessableEntityError,
    422,
    { code: '10004', pointer: '/webhook' },
  );

  checks.equal('delete answers 204', (await tools.delete(tool.id).asResponse()).status, 204);
  await checks.rejects('then it is gone', tools.retrieve(tool.id), Telnyx.NotFoundError, 404);
}

async function toolsOfAnAssistant() {
  const hook = await webServer(({ url }) =>
    url.startsWith('/down') ? { status: 503, body: { down: true } } : { body: { state: 'sent' } },
  );
  const webhook = {
    name: 'order',
    description: 'Looks at an order.',
    url: `${hook.url}/orders/{order_id}`,
    method: 'POST',
    path_parameters: { type: 'object', properties: { order_id: { type: 'string' } }, required: ['order_id'] },
    query_parameters: { type: 'object', properties: { lang: { type: 'string' } } },
    body_parameters: { type: 'object', properties: { note: { type: 'string' } } },
    headers: [{ name: 'X-Tenant', value: '{{tenant}}' }],
  };
  const tool = await tools.create({ type: 'webhook', display_name: 'Order', webhook });
  const { id: assistant_id } = await anAssistant();
  await assistants.tools.add(tool.id, { assistant_id });
  const shared = (await assistants.retrieve(assistant_id)).tools;
  checks.equal(
    'added, the assistant has it',
    shared.map(({ type, shared }) => [type, shared]),
    [['webhook', true]],
  );
  await assistants.tools.add(tool.id, { assistant_id });
  checks.equal('once', (await assistants.retrieve(assistant_id)).tools.length, 1);

  const test = (more) => assistants.tools.test(tool.id, { assistant_id, ...more });
  const { data } = await test({
    arguments: { order_id: 'a/b', lang: 'de', note: 'Please hurry.' },
    dynamic_variables: { tenant: 'acme' },
  });
  checks.equal('a test calls the webhook', [data.success, data.status_code], [true, 200]);
  checks.equal(
    'and reports its answer',
    [data.content_type, JSON.parse(data.response)],
    ['application/json', { state: 'sent' }],
  );
  checks.equal('and the request', typeof data.request, 'object');
  const [request] = hook.requests;
  checks.equal('path and query are filled', [request.method, request.url], ['POST', '/orders/a%2Fb?lang=de']);
  checks.equal('and the body', request.body, { note: 'Please hurry.' });
  checks.equal('and headers from variables', request.headers['x-tenant'], 'acme');
  await checks.rejects('required arguments', test({}), Telnyx.UnprocessableEntityError, 422, {
    pointer: '/arguments/order_id',
  });
  await tools.update(tool.id, { webhook: { ...webhook, url: `${hook.url}/down/{order_id}` } });
  const down = await test({ arguments: { order_id: '1' } });
  checks.equal('a webhook may fail', [down.data.success, down.data.status_code], [false, 503]);

  await assistants.tools.remove(tool.id, { assistant_id });
  checks.equal('removed', (await assistants.retrieve(assistant_id)).tools, []);
  await checks.rejects('twice', assistants.tools.remove(tool.id, { assistant_id }), Telnyx.NotFoundError, 404);
  await checks.rejects('an unknown tool', assistants.tools.add(UNKNOWN, { assistant_id }), Telnyx.NotFoundError, 404);

  const pay = { connector_name: 'stripe' };
  const desk = await anAssistant({ telephony_settings: { disable_dtmf: true }, tools: [{ type: 'pay', pay }] });
  const another = await tools.create({ type: 'pay', display_name: 'Pay', pay });
  await checks.rejects(
    'a second tool of a type that is single',
    assistants.tools.add(another.id, { assistant_id: desk.id }),
    Telnyx.BadRequestError,
    400,
    { code: '10015' },
  );
  hook.close();
}

async function scheduledEvents() {
  const { scheduledEvents } = assistants;
  const { id: assistant_id } = await anAssistant();
  const targets = { telnyx_agent_target: '+13125550100', telnyx_end_user_target: '+13125550199' };
  const phone = {
    ...targets,
    telnyx_conversation_channel: 'phone_call',
    scheduled_at_fixed_datetime: inHours(24),
    conversation_metadata: { attempt: 1, vip: true, note: 'x' },
    dynamic_variables: { name: 'Ada' },
    max_retries_client_errors: 3,
    retry_interval_secs: 60,
    call_settings: { sip_region: 'Europe' },
    'Idempotency-Key': 'walk-event',
  };
  const { data: event, response } = await scheduledEvents.create(assistant_id, phone).withResponse();
  checks.equal('create answers 201', response.status, 201);
  checks.equal('it is pending', [event.status, event.assistant_id], ['pending', assistant_id]);
  checks.equal(
    'as sent',
    [event.conversation_metadata, event.max_retries_client_errors],
    [phone.conversation_metadata, 3],
  );
  const replay = await scheduledEvents.create(assistant_id, phone).withResponse();
  checks.equal('a replay is 201 too', [replay.response.status, replay.data], [201, event]);
  checks.equal('retrieve', await scheduledEvents.retrieve(event.scheduled_event_id, { assistant_id }), event);

  const sms = { ...targets, telnyx_conversation_channel: 'sms_chat', text: 'Soon.' };
  for (const hours of [48, 72]) {
    await scheduledEvents.create(assistant_id, { ...sms, scheduled_at_fixed_datetime: inHours(hours) });
  }
  const before = calls.length;
  const everything = await all(scheduledEvents.list(assistant_id, { 'page[size]': 2 }));
  checks.equal('the client pages by itself', [everything.length, calls.length - before], [3, 2]);
  const messages = await all(scheduledEvents.list(assistant_id, { conversation_channel: 'sms_chat' }));
  checks.equal(
    'by channel',
    messages.map(({ text }) => text),
    ['Soon.', 'Soon.'],
  );
  const later = await all(scheduledEvents.list(assistant_id, { from_date: inHours(36), to_date: inHours(60) }));
  checks.equal('by date', later.length, 1);

  const wrong = (body) =>
    scheduledEvents.create(assistant_id, { ...sms, scheduled_at_fixed_datetime: inHours(1), ...body });
  const { UnprocessableEntityError } = Telnyx;
  await checks.rejects('a message needs text', wrong({ text: undefined }), UnprocessableEntityError, 422, {
    pointer: '/text',
  });
  await checks.rejects(
    'not in the past',
    wrong({ scheduled_at_fixed_datetime: inHours(-1) }),
    UnprocessableEntityError,
    422,
    {
      pointer: '/scheduled_at_fixed_datetime',
    },
  );
  await checks.rejects(
    'retries have a range',
    wrong({ max_retries_client_errors: 11 }),
    UnprocessableEntityError,
    422,
    {
      pointer: '/max_retries_client_errors',
    },
  );

  const gone = await scheduledEvents.delete(event.scheduled_event_id, { assistant_id }).asResponse();
  checks.equal('delete answers 200 with nothing', [gone.status, await gone.text()], [200, '']);
  const left = await scheduledEvents.list(assistant_id, { conversation_channel: 'phone_call' });
  checks.ok(
    'no call is pending',
    left.data.every(({ status }) => status !== 'pending'),
    left.data,
  );
  await checks.rejects(
    'of another assistant',
    scheduledEvents.retrieve(everything[0].scheduled_event_id, { assistant_id: (await anAssistant()).id }),
    Telnyx.NotFoundError,
    404,
  );
}

async function versions() {
  const { versions } = assistants;
  const first = await anAssistant({ instructions: 'One.' });
  const assistant_id = first.id;
  const second = await assistants.update(assistant_id, { instructions: 'Two.' });
  const server = await mcpServers.create({ name: 'Files', type: 'http', url: 'http://127.0.0.1:9/mcp' });
  const draft = await assistants.update(assistant_id, {
    instructions: 'Three.',
    version_name: 'Draft',
    mcp_servers: [{ id: server.id }],
    promote_to_main: false,
  });
  const ids = async () => (await versions.list(assistant_id)).data.map(({ version_id }) => version_id);
  checks.equal(
    'newest first',
    await ids(),
    [draft, second, first].map(({ version_id }) => version_id),
  );
  const one = await versions.retrieve(draft.version_id, { assistant_id, include_mcp_servers: true });
  checks.equal('retrieve', [one.id, one.version_name, one.instructions], [assistant_id, 'Draft', 'Three.']);
  checks.equal(
    'with its MCP servers',
    one.mcp_servers.map(({ id }) => id),
    [server.id],
  );

  const changed = await versions.update(draft.version_id, {
    assistant_id,
    instructions: 'Four.',
    version_name: 'Better',
  });
  checks.equal('update in place', [changed.version_id, changed.instructions], [draft.version_id, 'Four.']);
  checks.equal('makes no version', (await ids()).length, 3);
  const { BadRequestError, NotFoundError } = Telnyx;
  const main = second.version_id;
  await checks.rejects('not the main one', versions.update(main, { assistant_id, name: 'x' }), BadRequestError, 400);
  await checks.rejects('which stays', versions.delete(main, { assistant_id }), BadRequestError, 400);

  const gone = await versions.delete(first.version_id, { assistant_id }).withResponse();
  checks.equal('delete answers 204', [gone.response.status, gone.data], [204, null]);
  await checks.rejects('then it is gone', versions.retrieve(first.version_id, { assistant_id }), NotFoundError, 404);

  const promoted = await versions.promote(draft.version_id, { assistant_id });
  checks.equal('promote answers it', [promoted.version_id, promoted.instructions], [draft.version_id, 'Four.']);
  checks.equal('it is the main one now', (await assistants.retrieve(assistant_id)).instructions, 'Four.');
  checks.equal('of those there were', (await ids()).length, 2);
}

async function canaryDeploys() {
  const { canaryDeploys } = assistants;
  const { id } = await anAssistant({ instructions: 'Main.' });
  const { version_id } = await assistants.update(id, { instructions: 'Canary.', promote_to_main: false });
  const { BadRequestError, ConflictError, NotFoundError, UnprocessableEntityError } = Telnyx;
  await checks.rejects('none at first', canaryDeploys.retrieve(id), NotFoundError, 404);

  const rules = [
    { match: [{ attribute: 'tier', operator: 'in', values: ['gold', 'silver'] }], serve: { version_id } },
    {
      match: [
        { attribute: 'telnyx_end_user_target', operator: 'starts_with', values: ['+1312'] },
        { attribute: 'tier', operator: 'not_in', values: ['none'] },
      ],
      serve: { version_id },
    },
    { match: [], serve: { rollout: [{ version_id, weight: 0.5 }] } },
  ];
  const deploy = await canaryDeploys.create(id, { rules, 'Idempotency-Key': 'walk-canary' });
  checks.equal('create', [deploy.assistant_id, deploy.rules], [id, rules]);
  checks.equal('it has its times', [deploy.created_at, deploy.updated_at].map(Date.parse).some(Number.isNaN), false);
  checks.equal('retrieve', await canaryDeploys.retrieve(id), deploy);
  await checks.rejects('one only', canaryDeploys.create(id, { rules }, { maxRetries: 0 }), ConflictError, 409);

  const answer = async (metadata) => {
    const conversation = await conversations.create({ metadata });
    return (await assistants.chat(id, { conversation_id: conversation.id, content: 'Hi.' })).content;
  };
  checks.ok('by metadata', (await answer({ tier: 'gold' })).includes('Canary.'));
  checks.ok('by number', (await answer({ telnyx_end_user_target: '+13125550199' })).includes('Canary.'));
  await canaryDeploys.update(id, { rules: rules.slice(0, 1) });
  checks.ok('the rest is main', (await answer({ tier: 'iron' })).includes('Main.'));
  checks.equal('update replaces the rules', (await canaryDeploys.retrieve(id)).rules, rules.slice(0, 1));

  const wrong = (rule) => canaryDeploys.update(id, { rules: [rule] });
  await checks.rejects(
    'weights below 100',
    wrong({ serve: { rollout: [{ version_id, weight: 100 }] } }),
    UnprocessableEntityError,
    422,
  );
  await checks.rejects(
    'a clause has values',
    wrong({ ...rules[0], match: [{ ...rules[0].match[0], values: [] }] }),
    UnprocessableEntityError,
    422,
  );
  await checks.rejects('one thing to serve', wrong({ serve: {} }), UnprocessableEntityError, 422);

  const gone = await canaryDeploys.delete(id).withResponse();
  checks.equal('delete answers 204', [gone.response.status, gone.data], [204, null]);
  await checks.rejects('then it is gone', canaryDeploys.delete(id), NotFoundError, 404);
  await canaryDeploys.create(id, { rules });
  await assistants.versions.promote(version_id, { assistant_id: id });
  await checks.rejects('promotion ends it', canaryDeploys.retrieve(id), NotFoundError, 404);
}

async function tests() {
  const { tests } = assistants;
  const assistant = await anAssistant({ instructions: 'Say that we open at nine.' });
  const request = {
    name: 'Opening hours',
    destination: assistant.id,
    instructions: 'Ask when they open.',
    rubric: [
      { name: 'Hours', criteria: 'Says that they open at nine.' },
      { name: 'Manners', criteria: 'Is polite.' },
    ],
    test_suite: 'Front desk',
  };
  const { data: test, response } = await tests.create({ ...request, 'Idempotency-Key': 'walk-test' }).withResponse();
  checks.equal('create answers 201', response.status, 201);
  checks.equal('the default channel', test.telnyx_conversation_channel, 'web_chat');
  checks.equal(
    'the rubric',
    test.rubric.map(({ name, criteria }) => ({ name, criteria })),
    request.rubric,
  );
  checks.equal('retrieve', await tests.retrieve(test.test_id), test);
  const changed = await tests.update(test.test_id, { description: 'Asks for the hours.', max_duration_seconds: 60 });
  checks.equal('update is partial', [changed.name, changed.max_duration_seconds], ['Opening hours', 60]);

  for (const name of ['Second', 'Third']) await tests.create({ ...request, name });
  const before = calls.length;
  const found = await all(tests.list({ test_suite: 'Front desk', 'page[size]': 2 }));
  checks.equal('the client pages by itself', [found.length, calls.length - before], [3, 2]);
  const other = await tests.create({
    ...request,
    destination: '+13125550100',
    telnyx_conversation_channel: 'phone_call',
    test_suite: undefined,
  });
  const byChannel = await tests.list({ telnyx_conversation_channel: 'phone_call', destination: '+13125550100' });
  checks.equal(
    'by channel and destination',
    byChannel.data.map(({ test_id }) => test_id),
    [other.test_id],
  );

  const { NotFoundError, UnprocessableEntityError } = Telnyx;
  const wrong = (body) => tests.create({ ...request, ...body });
  await checks.rejects('a rubric has items', wrong({ rubric: [] }), UnprocessableEntityError, 422, {
    pointer: '/rubric',
  });
  await checks.rejects('an hour at most', wrong({ max_duration_seconds: 3601 }), UnprocessableEntityError, 422, {
    pointer: '/max_duration_seconds',
  });
  await checks.rejects('a destination', wrong({ destination: undefined }), UnprocessableEntityError, 422, {
    pointer: '/destination',
  });

  const gone = await tests.delete(other.test_id).asResponse();
  checks.equal('delete answers 200 with nothing', [gone.status, await gone.text()], [200, '']);
  await checks.rejects('then it is gone', tests.retrieve(other.test_id), NotFoundError, 404);
}

const ENDED = ['passed', 'failed', 'error'];

async function testRuns() {
  const { tests } = assistants;
  const assistant = await anAssistant({ instructions: 'Say that we open at nine.' });
  const { test_id } = await tests.create({
    name: 'Hours again',
    destination: assistant.id,
    instructions: 'Ask when they open.',
    rubric: [
      { name: 'Hours', criteria: 'open at nine' },
      { name: 'Manners', criteria: 'Is polite.' },
    ],
  });
  const { data: run, response } = await tests.runs.trigger(test_id, { 'Idempotency-Key': 'walk-run' }).withResponse();
  checks.equal('trigger answers 201', [response.status, run.test_id], [201, test_id]);
  checks.ok('it says by whom', typeof run.triggered_by === 'string' && run.triggered_by !== '', run);
  const replay = await tests.runs.trigger(test_id, { 'Idempotency-Key': 'walk-run' });
  checks.equal('replayed', replay.run_id, run.run_id);

  const ended = await until(
    () => tests.runs.retrieve(run.run_id, { test_id }),
    ({ status }) => ENDED.includes(status),
  );
  checks.ok('it ends', ['passed', 'failed'].includes(ended.status), ended);
  checks.ok('at a time', !Number.isNaN(Date.parse(ended.completed_at)), ended.completed_at);
  checks.equal(
    'one verdict per item',
    ended.detail_status?.map(({ name }) => name),
    ['Hours', 'Manners'],
  );
  const messages = await all(conversations.messages.list(ended.conversation_id));
  checks.ok(
    'its conversation can be read',
    messages.some(({ role }) => role === 'assistant'),
    messages,
  );

  const old = assistant.version_id;
  await assistants.update(assistant.id, { instructions: 'Say nothing.' });
  const pinned = await tests.runs.trigger(test_id, { destination_version_id: old });
  await until(
    () => tests.runs.retrieve(pinned.run_id, { test_id }),
    ({ status }) => ENDED.includes(status),
  );
  const { BadRequestError, NotFoundError } = Telnyx;
  await checks.rejects(
    'of a version that is there',
    tests.runs.trigger(test_id, { destination_version_id: UNKNOWN }),
    BadRequestError,
    400,
  );

  const before = calls.length;
  const runs = await all(tests.runs.list(test_id, { 'page[size]': 1 }));
  checks.equal('the client pages by itself', [runs.length, calls.length - before], [2, 2]);
  const same = await all(tests.runs.list(test_id, { status: ended.status }));
  checks.ok(
    'by status',
    same.some(({ run_id }) => run_id === run.run_id),
    same,
  );
  checks.equal('no run has another', await all(tests.runs.list(test_id, { status: 'timeout' })), []);
  await checks.rejects('an unknown run', tests.runs.retrieve(UNKNOWN, { test_id }), NotFoundError, 404);
}

async function testSuites() {
  const { tests } = assistants;
  const assistant = await anAssistant();
  const suite = 'Night shift/weekend?';
  const ids = [];
  for (const name of ['Saturday', 'Sunday']) {
    const rubric = [{ name: 'Manners', criteria: 'Is polite.' }];
    const test = await tests.create({
      name,
      destination: assistant.id,
      instructions: 'Call.',
      rubric,
      test_suite: suite,
    });
    ids.push(test.test_id);
  }
  const { data: names } = await tests.testSuites.list();
  checks.equal(
    'each suite once',
    names.filter((name) => name === suite),
    [suite],
  );

  const { data: started, response } = await tests.testSuites.runs
    .trigger(suite, { 'Idempotency-Key': 'walk-suite' })
    .withResponse();
  checks.equal('trigger answers 201 with a list', [response.status, Array.isArray(started)], [201, true]);
  checks.equal('a run per test', started.map(({ test_id }) => test_id).sort(), [...ids].sort());
  const [{ test_suite_run_id }] = started;
  checks.ok(
    'of one suite run',
    test_suite_run_id && started.every((run) => run.test_suite_run_id === test_suite_run_id),
    started,
  );
  await tests.testSuites.runs.trigger(suite);

  const before = calls.length;
  const everything = await all(tests.testSuites.runs.list(suite, { 'page[size]': 3 }));
  checks.equal('the client pages by itself', [everything.length, calls.length - before], [4, 2]);
  const ofOne = () => all(tests.testSuites.runs.list(suite, { test_suite_run_id }));
  const ended = await until(ofOne, (runs) => runs.every(({ status }) => ENDED.includes(status)));
  checks.equal('by suite run', ended.map(({ run_id }) => run_id).sort(), started.map(({ run_id }) => run_id).sort());
  checks.ok(
    'they end',
    ended.every(({ status }) => ['passed', 'failed'].includes(status)),
    ended,
  );
  await checks.rejects(
    'of a version that is there',
    tests.testSuites.runs.trigger(suite, { destination_version_id: UNKNOWN }),
    Telnyx.BadRequestError,
    400,
  );
}

async function walkConversations() {
  const request = {
    name: 'Support',
    metadata: { assistant_id: 'assistant-walk', topic: 'tea' },
    'Idempotency-Key': 'walk-talk',
  };
  const conversation = await conversations.create(request);
  const { id } = conversation;
  checks.equal(
    'create answers it, not wrapped',
    [conversation.name, conversation.metadata],
    ['Support', request.metadata],
  );
  checks.equal('replayed', (await conversations.create(request)).id, id);
  checks.equal('retrieve wraps', (await conversations.retrieve(id)).data, conversation);
  const changed = await conversations.update(id, { metadata: { ...request.metadata, topic: 'coffee' } });
  checks.equal('update', changed.data.metadata.topic, 'coffee');

  const added = await conversations
    .addMessage(id, {
      role: 'user',
      content: 'One.',
      sent_at: '2026-01-02T03:04:05Z',
      metadata: { n: 1, list: ['a', true] },
    })
    .withResponse();
  checks.equal('a message answers 204', [added.response.status, added.data], [204, null]);
  await conversations.addMessage(id, {
    role: 'assistant',
    content: 'Two.',
    tool_calls: [{ id: 'call-1', type: 'function', function: { name: 'order', arguments: '{}' } }],
  });
  await conversations.addMessage(id, {
    role: 'tool',
    content: 'Three.',
    tool_call_id: 'call-1',
    'Idempotency-Key': 'walk-message',
  });
  await conversations.addMessage(id, {
    role: 'tool',
    content: 'Three.',
    tool_call_id: 'call-1',
    'Idempotency-Key': 'walk-message',
  });
  const before = calls.length;
  const messages = await all(conversations.messages.list(id, { 'page[size]': 2 }));
  checks.equal('the client pages by itself', [messages.length, calls.length - before], [3, 2]);
  checks.equal(
    'they are as sent',
    messages.map(({ role, text }) => [role, text]),
    [
      ['user', 'One.'],
      ['assistant', 'Two.'],
      ['tool', 'Three.'],
    ],
  );
  checks.equal('with their times', Date.parse(messages[0].sent_at), Date.parse('2026-01-02T03:04:05Z'));
  checks.equal('and tool calls', messages[1].tool_calls?.[0].function.name, 'order');

  const older = await conversations.create({ metadata: { assistant_id: 'assistant-walk' } });
  const names = async (query) => (await conversations.list(query)).data.map((found) => found.id);
  checks.equal('by metadata', await names({ 'metadata->assistant_id': 'eq.assistant-walk', order: 'created_at.asc' }), [
    id,
    older.id,
  ]);
  checks.equal('by name', await names({ name: 'like.Supp%', 'metadata->assistant_id': 'eq.assistant-walk' }), [id]);
  checks.equal(
    'either, ordered, limited',
    await names({ or: `(id.eq.${id},id.eq.${older.id})`, order: 'created_at.desc', limit: 1 }),
    [older.id],
  );
  await checks.rejects(
    'a filter that makes no sense',
    conversations.list({ id: 'near.x' }),
    Telnyx.BadRequestError,
    400,
  );

  checks.equal('none without an insight group', (await conversations.retrieveConversationsInsights(id)).data, []);

  const gone = await conversations.delete(older.id).withResponse();
  checks.equal('delete answers 204', [gone.response.status, gone.data], [204, null]);
  await checks.rejects('then it is gone', conversations.retrieve(older.id), Telnyx.NotFoundError, 404);
}

async function walkInsights() {
  const { conversationInsights, insightGroups, insights } = conversations;
  const request = {
    name: 'Mood',
    instructions: 'Name the mood of the user in one word.',
    json_schema: { type: 'object', properties: { mood: { type: 'string' } } },
    'Idempotency-Key': 'walk-insight',
  };
  const { data: insight } = await insights.create(request);
  checks.equal('create wraps', [insight.name, insight.instructions], [request.name, request.instructions]);
  checks.equal('the schema is as sent', insight.json_schema, request.json_schema);
  checks.equal('replayed', (await insights.create(request)).data.id, insight.id);
  checks.equal('retrieve', (await insights.retrieve(insight.id)).data, insight);
  const changed = await insights.update(insight.id, { webhook: 'http://127.0.0.1:9/moods' });
  checks.equal('update', [changed.data.webhook, changed.data.name], ['http://127.0.0.1:9/moods', 'Mood']);
  const { data: other } = await insights.create({ name: 'Topic', instructions: 'Name the topic.' });
  const listed = (await all(insights.list({ 'page[size]': 1 }))).map(({ id }) => id);
  checks.ok('list', listed.includes(insight.id) && listed.includes(other.id), listed);

  const { data: group } = await insightGroups.insightGroups({ name: 'Quality', 'Idempotency-Key': 'walk-group' });
  const replayed = await insightGroups.insightGroups({ name: 'Quality', 'Idempotency-Key': 'walk-group' });
  checks.equal('a group is replayed', replayed.data.id, group.id);
  const inGroup = { group_id: group.id };
  const assigned = await insightGroups.insights.assign(insight.id, inGroup).asResponse();
  checks.equal('assign answers 204', assigned.status, 204);
  await insightGroups.insights.assign(other.id, inGroup);
  const members = async () => (await insightGroups.retrieve(group.id)).data.insights.map(({ id }) => id).sort();
  checks.equal('a group has its insights', await members(), [insight.id, other.id].sort());
  const unassigned = await insightGroups.insights.deleteUnassign(other.id, inGroup).asResponse();
  checks.equal('unassign answers 204', unassigned.status, 204);
  checks.equal('then it has the other alone', await members(), [insight.id]);
  const renamed = await insightGroups.update(group.id, { description: 'How well we help.' });
  checks.equal('update of a group', [renamed.data.description, renamed.data.name], ['How well we help.', 'Quality']);
  const groups = await all(insightGroups.retrieveInsightGroups());
  checks.ok(
    'groups',
    groups.some(({ id }) => id === group.id),
    groups,
  );

  const nobody = { group_by: ['metadata.assistant_id'], metadata: { assistant_id: 'eq.assistant-nobody' } };
  checks.equal('aggregates of nobody', (await conversationInsights.retrieveAggregates(nobody)).data, []);

  checks.equal('a group is deleted', (await insightGroups.delete(group.id).asResponse()).status, 204);
  await checks.rejects('then it is gone', insightGroups.retrieve(group.id), Telnyx.NotFoundError, 404);
  checks.equal('its insight is not', (await insights.retrieve(insight.id)).data.id, insight.id);
  checks.equal('an insight is deleted', (await insights.delete(insight.id).asResponse()).status, 204);
  await checks.rejects('then it is gone', insights.retrieve(insight.id), Telnyx.NotFoundError, 404);
}

async function integrationsAndConnections() {
  const { data: catalogue } = await integrations.list();
  checks.ok(
    'there is a catalogue',
    catalogue.length > 0 && catalogue.every(({ id, display_name }) => id && display_name),
    catalogue,
  );
  const { data: connected } = await integrations.connections.list();
  checks.ok('something is connected', connected.length > 0, connected);
  const [{ id, integration_id, allowed_tools }] = connected;
  checks.ok('with its tools', Array.isArray(allowed_tools), connected[0]);
  const one = await integrations.retrieve(integration_id);
  checks.equal(
    'retrieve',
    one,
    catalogue.find((integration) => integration.id === integration_id),
  );
  checks.equal('which says so', one.status, 'connected');
  const using = await anAssistant({ integrations: [{ integration_id }] });
  checks.equal('an assistant uses it', using.integrations, [{ integration_id }]);
  checks.equal('a connection is wrapped', await integrations.connections.retrieve(id), { data: connected[0] });

  const gone = await integrations.connections.delete(id).withResponse();
  checks.equal('delete answers 204', [gone.response.status, gone.data], [204, null]);
  checks.equal('then it is disconnected', (await integrations.retrieve(integration_id)).status, 'disconnected');
  await checks.rejects('and gone', integrations.connections.retrieve(id), Telnyx.NotFoundError, 404);
  await checks.rejects('an unknown one', integrations.retrieve(UNKNOWN), Telnyx.NotFoundError, 404);
}

async function walkMcpServers() {
  const request = {
    name: 'Files',
    type: 'walk',
    url: 'http://127.0.0.1:9/mcp',
    api_key_ref: null,
    'Idempotency-Key': 'walk-mcp',
  };
  const { data: server, response } = await mcpServers.create(request).withResponse();
  checks.equal('create answers 200', response.status, 200);
  checks.equal('any type will do', [server.name, server.type, server.api_key_ref], ['Files', 'walk', null]);
  checks.equal('replayed', (await mcpServers.create(request)).id, server.id);
  checks.equal('retrieve', await mcpServers.retrieve(server.id), server);
  const changed = await mcpServers.update(server.id, { name: 'More files', allowed_tools: ['read'] });
  checks.equal('update', [changed.name, changed.allowed_tools, changed.url], ['More files', ['read'], server.url]);

  await mcpServers.create({ ...request, url: 'http://127.0.0.1:9/other', 'Idempotency-Key': undefined });
  const before = calls.length;
  const found = await all(mcpServers.list({ type: 'walk', 'page[size]': 1 }));
  // The list has no total, so the client requests pages until one is empty.
  checks.equal('the client pages by itself', [found.length, calls.length - before], [2, 3]);
  const byUrl = await all(mcpServers.list({ url: 'http://127.0.0.1:9/other' }));
  checks.equal(
    'by address',
    byUrl.map(({ url }) => url),
    ['http://127.0.0.1:9/other'],
  );
  await checks.rejects(
    'url is required',
    mcpServers.create({ name: 'x', type: 'x' }),
    Telnyx.UnprocessableEntityError,
    422,
    {
      pointer: '/url',
    },
  );

  const gone = await mcpServers.delete(server.id).asResponse();
  checks.equal('delete answers 200 with nothing', [gone.status, await gone.text()], [200, '']);
  await checks.rejects('then it is gone', mcpServers.retrieve(server.id), Telnyx.NotFoundError, 404);
}

async function errors() {
  const nobody = new Telnyx({ baseURL, fetch, apiKey: null });
  await checks.rejects('without a key', nobody.ai.assistants.list(), Telnyx.AuthenticationError, 401, {
    code: '10009',
  });
  const error = await checks.rejects('not there', assistants.retrieve('assistant-nobody'), Telnyx.NotFoundError, 404);
  checks.ok('an error has its request id', error.headers.get('x-request-id'), error);
  checks.equal('and a title', typeof error.error.errors[0].title, 'string');
  checks.ok('and a message', error.message.startsWith('404 '), error.message);
  await checks.rejects('no such address', telnyx.get('/ai/nothing'), Telnyx.NotFoundError, 404);
  await checks.rejects(
    'broken JSON',
    telnyx.post('/ai/assistants', {
      body: new TextEncoder().encode('{"name":'),
      headers: { 'content-type': 'application/json' },
    }),
    Telnyx.BadRequestError,
    400,
    { code: '10023' },
  );
}

/** Checks the guide for users of this client: each call sends a request to the operation of its row. */
async function theGuide() {
  const asked = [];
  const nowhere = async (url, { method }) => {
    asked.push(`${method.toUpperCase()} ${new URL(url).pathname}`);
    return Response.json({ data: [] });
  };
  const client = new Telnyx({ baseURL: 'http://nowhere.example', fetch: nowhere });
  const rows = readFileSync(guideFile, 'utf8').matchAll(/^\| \[`(.+)`\]\(.+\) \| `client\.([\w.]+)\(([^`]*)\)` \|/gm);
  const seen = [];
  for (const [, operation, name, written] of rows) {
    const path = name.split('.');
    const method = path.pop();
    const resource = path.reduce((owner, part) => owner?.[part], client);
    // All ids are `x`, also in objects, because only the operation is checked.
    const ids = Object.fromEntries(Array.from(written.matchAll(/\w+_id\b/g), ([id]) => [id, 'x']));
    const given = written.replace(/\{.*\}/, '{}').split(', ');
    const call = given.filter(Boolean).map((argument) => (/Id$|^'/.test(argument) ? 'x' : ids));
    await resource?.[method]?.(...call);
    checks.equal(`client.${name}`, asked.splice(0), [operation.replaceAll(/\{\w+\}/g, 'x')]);
    seen.push(operation);
  }
  checks.equal('it has all operations', seen.sort(), has.toSorted());
}

await checks.part('creating assistants', creatingAssistants);
await checks.part('idempotency keys', idempotencyKeys);
await checks.part('changing assistants', changingAssistants);
await checks.part('variables from a webhook', variablesFromAWebhook);
await checks.part('importing assistants', importingAssistants);
await checks.part('texml', texml);
await checks.part('chatting', chatting);
await checks.part('text messages', textMessages);
await checks.part('enhancing instructions', enhancingInstructions);
await checks.part('tags', tags);
await checks.part('shared tools', sharedTools);
await checks.part('tools of an assistant', toolsOfAnAssistant);
await checks.part('scheduled events', scheduledEvents);
await checks.part('versions', versions);
await checks.part('canary deploys', canaryDeploys);
await checks.part('tests', tests);
await checks.part('test runs', testRuns);
await checks.part('test suites', testSuites);
await checks.part('conversations', walkConversations);
await checks.part('insights', walkInsights);
await checks.part('integrations and connections', integrationsAndConnections);
await checks.part('MCP servers', walkMcpServers);
await checks.part('errors', errors);
await checks.part('the guide', theGuide);
await checks.part('operations', async () => {
  const called = answered(contract, calls);
  console.log(`${called.length} of ${contract.length} operations`);
  checks.equal(
    'all that it has were called',
    has.filter((operation) => !called.includes(operation)),
    [],
  );
  const lines = readFileSync(process.env.UNPUBLISHED, 'utf8').split('\n');
  checks.equal(
    'unpublished.txt has the others',
    lines.filter((line) => line !== '' && !line.startsWith('#')).sort(),
    contract.filter((operation) => !has.includes(operation)).sort(),
  );
});
checks.finish();
