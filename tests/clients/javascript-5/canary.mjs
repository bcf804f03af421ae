// Calls every operation of an older version of the vendor's JavaScript client, as published, including canary deploys in
// the older form and versions with percentages.
//
//   TELNYX_API_KEY=any node canary.mjs <base URL of a fresh emulator> <wire.json>

import Telnyx from 'telnyx';

import { all, answered, Checks, inHours, operations, published, recorder, serverSentEvents, until } from '../checks.mjs';

const [baseURL, wireFile] = process.argv.slice(2);
const { calls, fetch } = recorder(baseURL);
const telnyx = new Telnyx({ baseURL, fetch });
const { assistants, conversations, integrations, mcpServers } = telnyx.ai;
const { BadRequestError, ConflictError, NotFoundError, UnprocessableEntityError } = Telnyx;
const checks = new Checks();

/** Creates an assistant for a test. */
function anAssistant(more = {}) {
  return assistants.create({ name: 'Reception', instructions: 'Take messages.', model: 'openai/gpt-4o', ...more });
}

async function canaryDeploys() {
  const { canaryDeploys } = assistants;
  const { id } = await anAssistant({ instructions: 'Main.' });
  const aside = (instructions) => assistants.update(id, { instructions, promote_to_main: false });
  const blue = (await aside('Blue.')).version_id;
  const green = (await aside('Green.')).version_id;
  await checks.rejects('none at first', canaryDeploys.retrieve(id), NotFoundError, 404);

  const versions = [
    { version_id: blue, percentage: 20 },
    { version_id: green, percentage: 5 },
  ];
  const deploy = await canaryDeploys.create(id, { versions });
  checks.equal('create answers percentages', [deploy.assistant_id, deploy.versions], [id, versions]);
  checks.equal('it has its times', [deploy.created_at, deploy.updated_at].map(Date.parse).some(Number.isNaN), false);
  checks.equal('and the same as rules', deploy.rules, [
    {
      match: [],
      serve: {
        rollout: [
          { version_id: blue, weight: 20 },
          { version_id: green, weight: 5 },
        ],
      },
    },
  ]);
  checks.equal('retrieve', await canaryDeploys.retrieve(id), deploy);
  await checks.rejects('one only', canaryDeploys.create(id, { versions }, { maxRetries: 0 }), ConflictError, 409);

  const changed = await canaryDeploys.update(id, { versions: [{ version_id: green, percentage: 99 }] });
  checks.equal('update replaces them', changed.versions, [{ version_id: green, percentage: 99 }]);
  checks.equal('and keeps the time it was made', changed.created_at, deploy.created_at);
  let served = 0;
  for (let n = 0; n < 30; n += 1) {
    const conversation = await conversations.create({});
    const { content } = await assistants.chat(id, { conversation_id: conversation.id, content: 'Hi.' });
    if (content.includes('Green.')) served += 1;
  }
  checks.ok('99 of 100 conversations go to it', served >= 25, served);

  const wrong = (...versions) => canaryDeploys.update(id, { versions });
  await checks.rejects('1 at least', wrong({ version_id: blue, percentage: 0 }), UnprocessableEntityError, 422, {
    code: '10033',
    pointer: '/versions/0/percentage',
  });
  await checks.rejects('99 at most', wrong({ version_id: blue, percentage: 100 }), UnprocessableEntityError, 422);
  await checks.rejects(
    'less than 100 together',
    wrong({ version_id: blue, percentage: 60 }, { version_id: green, percentage: 40 }),
    UnprocessableEntityError,
    422,
    { pointer: '/versions' },
  );

  const gone = await canaryDeploys.delete(id).withResponse();
  checks.equal('delete answers 204', [gone.response.status, gone.data], [204, null]);
  await canaryDeploys.create(id, { versions });
  await assistants.versions.promote(blue, { assistant_id: id });
  await checks.rejects('promotion ends it', canaryDeploys.retrieve(id), NotFoundError, 404);
}

async function walkAssistants() {
  const keyed = { headers: { 'Idempotency-Key': 'walk-five' } };
  const body = { name: 'Once', instructions: 'Only once.', model: 'openai/gpt-4o' };
  const first = await assistants.create(body, keyed);
  checks.equal('a key can be sent as a header', (await assistants.create(body, keyed)).id, first.id);
  checks.equal('retrieve', await assistants.retrieve(first.id), first);
  checks.ok(
    'list',
    (await assistants.list()).data.some(({ id }) => id === first.id),
  );
  const copy = await assistants.clone(first.id);
  checks.equal('clone', copy.instructions, 'Only once.');
  checks.ok('texml', (await assistants.getTexml(first.id)).includes(`<AIAssistant id="${first.id}"`));
  const imported = await assistants.imports({ provider: 'elevenlabs', api_key_ref: 'key', import_ids: ['one'] });
  checks.equal('import', imported.data[0].import_metadata, { import_id: 'one', import_provider: 'elevenlabs' });
  const sms = { from: '+13125550100', to: '+13125550199', text: 'Hi.', should_create_conversation: true };
  checks.equal('a text message', typeof (await assistants.sendSMS(first.id, sms)).conversation_id, 'string');
  checks.equal('delete', (await assistants.delete(copy.id)).deleted, true);
  await checks.rejects('then it is gone', assistants.retrieve(copy.id), NotFoundError, 404, { code: '10005' });
  await checks.rejects('name is required', assistants.create({ instructions: 'x' }), UnprocessableEntityError, 422, {
    pointer: '/name',
  });
}

async function inlineTools() {
  const webhook = { name: 'order', description: 'Looks at an order.', url: 'http://127.0.0.1:9/', method: 'GET' };
  const { id: assistant_id } = await anAssistant({ tools: [{ type: 'webhook', webhook }] });
  const { data } = await assistants.tools.test('order', { assistant_id });
  checks.equal('nobody is there to answer', [data.success, data.request.method], [false, 'GET']);
}

async function versions() {
  const { versions } = assistants;
  const first = await anAssistant();
  const assistant_id = first.id;
  const { version_id } = await assistants.update(assistant_id, { name: 'Draft', promote_to_main: false });
  const { data } = await versions.list(assistant_id);
  checks.equal(
    'newest first',
    data.map((version) => version.version_id),
    [version_id, first.version_id],
  );
  const changed = await versions.update(version_id, { assistant_id, name: 'Better' });
  checks.equal('update', [changed.version_id, changed.name], [version_id, 'Better']);
  checks.equal('retrieve', (await versions.retrieve(version_id, { assistant_id })).name, 'Better');
  checks.equal('promote', (await versions.promote(version_id, { assistant_id })).version_id, version_id);
  await checks.rejects('the main one stays', versions.delete(version_id, { assistant_id }), BadRequestError, 400);
  const gone = await versions.delete(first.version_id, { assistant_id }).withResponse();
  checks.equal('delete answers 204', [gone.response.status, gone.data], [204, null]);
}

async function scheduledEvents() {
  const { scheduledEvents } = assistants;
  const { id: assistant_id } = await anAssistant();
  const event = await scheduledEvents.create(assistant_id, {
    telnyx_agent_target: '+13125550100',
    telnyx_end_user_target: '+13125550199',
    telnyx_conversation_channel: 'sms_chat',
    scheduled_at_fixed_datetime: inHours(24),
    text: 'Soon.',
  });
  const id = event.scheduled_event_id;
  checks.equal('retrieve', await scheduledEvents.retrieve(id, { assistant_id }), event);
  checks.equal('list', await all(scheduledEvents.list(assistant_id)), [event]);
  checks.equal('delete', (await scheduledEvents.delete(id, { assistant_id }).asResponse()).status, 200);
}

async function testsAndRuns() {
  const { tests } = assistants;
  const { id: destination } = await anAssistant();
  const rubric = [{ name: 'Manners', criteria: 'Is polite.' }];
  const { test_id } = await tests.create({ name: 'T', destination, instructions: 'Call.', rubric, test_suite: 'Five' });
  checks.equal('update', (await tests.update(test_id, { description: 'D' })).description, 'D');
  checks.equal('retrieve', (await tests.retrieve(test_id)).description, 'D');
  checks.equal(
    'list',
    (await all(tests.list({ test_suite: 'Five' }))).map((test) => test.test_id),
    [test_id],
  );
  const ended = ({ status }) => ['passed', 'failed', 'error'].includes(status);
  const { run_id } = await tests.runs.trigger(test_id);
  const run = await until(() => tests.runs.retrieve(run_id, { test_id }), ended);
  checks.ok('a run ends', ['passed', 'failed'].includes(run.status), run);
  checks.equal(
    'runs of a test',
    (await all(tests.runs.list(test_id))).map((run) => run.run_id),
    [run_id],
  );
  checks.equal('suites', (await tests.testSuites.list()).data, ['Five']);
  const [started] = await tests.testSuites.runs.trigger('Five');
  const { test_suite_run_id } = started;
  const ofSuite = await all(tests.testSuites.runs.list('Five', { test_suite_run_id }));
  checks.equal(
    'runs of a suite',
    ofSuite.map((run) => run.run_id),
    [started.run_id],
  );
  checks.equal('delete', (await tests.delete(test_id).asResponse()).status, 200);
}

async function walkConversations() {
  const conversation = await conversations.create({ name: 'Support', metadata: { topic: 'tea' } });
  const { id } = conversation;
  checks.equal('retrieve', (await conversations.retrieve(id)).data, conversation);
  checks.equal('update', (await conversations.update(id, { metadata: { topic: 'coffee' } })).data.metadata, {
    topic: 'coffee',
  });
  checks.equal(
    'list',
    (await conversations.list({ id: `eq.${id}` })).data.map((found) => found.id),
    [id],
  );
  const added = await conversations.addMessage(id, { role: 'user', content: 'One.' }).withResponse();
  checks.equal('a message answers 204', added.response.status, 204);
  // This client does not paginate messages: it returns one page.
  const page = await conversations.messages.list(id);
  checks.equal('messages are one page', [page.data.map(({ text }) => text), page.meta.total_results], [['One.'], 1]);
  checks.equal('insights', (await conversations.retrieveConversationsInsights(id)).data, []);

  const assistant = await anAssistant();
  const chat = { conversation_id: id, content: 'Hello, who is there?' };
  const { content } = await assistants.chat(assistant.id, chat);
  checks.ok('chat', content.includes('who is there?'), content);
  const events = serverSentEvents(await assistants.chat(assistant.id, { ...chat, stream: true }));
  checks.equal('a stream is handed out as text', events.at(-1).data.type, 'done');
  checks.equal('delete answers 204', (await conversations.delete(id).asResponse()).status, 204);
}

async function walkInsights() {
  const { insightGroups, insights } = conversations;
  const { data: insight } = await insights.create({ name: 'Mood', instructions: 'Name the mood in one word.' });
  checks.equal('an insight', (await insights.retrieve(insight.id)).data, insight);
  checks.equal('update', (await insights.update(insight.id, { name: 'Feeling' })).data.name, 'Feeling');
  const { data: group } = await insightGroups.insightGroups({ name: 'Quality' });
  await insightGroups.insights.assign(insight.id, { group_id: group.id });
  const { data: full } = await insightGroups.retrieve(group.id);
  checks.equal(
    'a group has its insights',
    full.insights.map(({ id }) => id),
    [insight.id],
  );
  checks.equal('update of a group', (await insightGroups.update(group.id, { name: 'Tone' })).data.name, 'Tone');
  const ids = async (list) => (await all(list)).map(({ id }) => id);
  checks.ok('insights', (await ids(insights.list())).includes(insight.id));
  checks.ok('groups', (await ids(insightGroups.retrieveInsightGroups())).includes(group.id));
  await insightGroups.insights.deleteUnassign(insight.id, { group_id: group.id });
  checks.equal('unassigned', (await insightGroups.retrieve(group.id)).data.insights, []);
  checks.equal('delete a group', (await insightGroups.delete(group.id).asResponse()).status, 204);
  checks.equal('delete an insight', (await insights.delete(insight.id).asResponse()).status, 204);
}

async function integrationsAndConnections() {
  const { data: connected } = await integrations.connections.list();
  const [{ id, integration_id }] = connected;
  checks.equal('retrieve', (await integrations.connections.retrieve(id)).data, connected[0]);
  const { data: catalogue } = await integrations.list();
  checks.ok(
    'list',
    catalogue.some((integration) => integration.id === integration_id),
    catalogue,
  );
  checks.equal('an integration', (await integrations.retrieve(integration_id)).status, 'connected');
  checks.equal('delete answers 204', (await integrations.connections.delete(id).asResponse()).status, 204);
}

async function walkMcpServers() {
  const server = await mcpServers.create({ name: 'Files', type: 'http', url: 'http://127.0.0.1:9/mcp' });
  checks.equal('update', (await mcpServers.update(server.id, { name: 'More' })).name, 'More');
  checks.equal('retrieve', (await mcpServers.retrieve(server.id)).name, 'More');
  checks.equal(
    'list',
    (await all(mcpServers.list())).map(({ id }) => id),
    [server.id],
  );
  checks.equal('delete', (await mcpServers.delete(server.id).asResponse()).status, 200);
}

await checks.part('canary deploys', canaryDeploys);
await checks.part('assistants', walkAssistants);
await checks.part('tools', inlineTools);
await checks.part('versions', versions);
await checks.part('scheduled events', scheduledEvents);
await checks.part('tests and runs', testsAndRuns);
await checks.part('conversations', walkConversations);
await checks.part('insights', walkInsights);
await checks.part('integrations and connections', integrationsAndConnections);
await checks.part('MCP servers', walkMcpServers);
await checks.part('operations', async () => {
  const contract = operations(wireFile);
  const called = answered(contract, calls);
  const has = published(contract, import.meta.resolve('telnyx'));
  console.log(`${called.length} of ${contract.length} operations; this client has ${has.length}`);
  checks.equal(
    'all that it has were called',
    has.filter((operation) => !called.includes(operation)),
    [],
  );
});
checks.finish();
