"""Calls every operation of the API with the vendor's published Python client.

    TELNYX_API_KEY=any python walk.py <base URL of a fresh emulator> <wire.json>

Each function covers one resource. The client is strict: it raises an error if a response does not have the declared
type.
"""

import asyncio
import os
import sys
from datetime import datetime, timezone

import telnyx
from telnyx import BadRequestError, ConflictError, NotFoundError, Telnyx, UnprocessableEntityError

from checks import Checks, Recorder, WebServer, in_hours, operations, server_sent_events, until

base_url, wire_file = sys.argv[1:]
recorder = Recorder(base_url)
calls = recorder.calls
http_client = telnyx.DefaultHttpxClient(event_hooks=recorder.hooks)
client = Telnyx(base_url=base_url, http_client=http_client, _strict_response_validation=True)
ai = client.ai
checks = Checks()

UNKNOWN = "00000000-0000-0000-0000-000000000000"
ENDED = ("passed", "failed", "error")


def an_assistant(**more):
    """Creates an assistant for a test."""
    return ai.assistants.create(**{"name": "Reception", "instructions": "Take messages.", **more})


def creating_assistants():
    body = {
        "name": "Réception ☎ 受付",
        "instructions": "Take messages for {{company}}.",
        "model": "openai/gpt-4o",
        "greeting": "Hello, this is {{company}}.",
        "description": "Answers the phone.",
        "dynamic_variables": {"company": "Acme"},
        "enabled_features": ["telephony", "messaging"],
        "tags": ["front desk"],
    }
    settings = {
        "voice_settings": {"voice": "Telnyx.KokoroTTS.af_heart", "voice_speed": 1.25},
        "transcription": {"model": "deepgram/flux", "settings": {"eot_threshold": 0.7}},
        "tools": [{"type": "hangup", "hangup": {"description": "Ends the call."}}],
        "extra_body": {"a_field_of_next_year": {"kept": True}},
    }
    raw = ai.assistants.with_raw_response.create(**body, **settings)
    created = raw.parse()
    checks.equal("create answers 200", raw.status_code, 200)
    checks.ok("every answer has a request id", raw.headers.get("x-request-id"))
    checks.ok("ids start with assistant-", created.id.startswith("assistant-"), created.id)
    checks.ok("created_at is a time", isinstance(created.created_at, datetime), created.created_at)
    checks.ok("it has a version from the start", created.version_id and created.version_name, created)
    for field, value in body.items():
        checks.equal(f"{field} is as sent", getattr(created, field), value)
    checks.equal("numbers are as sent", created.voice_settings.voice_speed, 1.25)
    checks.equal("nested settings are as sent", created.transcription.settings.eot_threshold, 0.7)
    checks.equal("a tool is as sent", created.tools[0].hangup.description, "Ends the call.")
    checks.equal("an unknown field is kept", created.model_extra["a_field_of_next_year"], {"kept": True})
    checks.ok("a messaging profile is made", created.messaging_settings.default_messaging_profile_id, created)
    checks.ok("a TeXML app is made", created.telephony_settings.default_texml_app_id, created)

    checks.equal("retrieve answers the same, not wrapped", ai.assistants.retrieve(created.id), created)
    checks.ok("list has it", created.id in [other.id for other in ai.assistants.list().data])
    checks.ok("model is optional", an_assistant().model)

    checks.rejects(
        "name is required",
        lambda: client.post("/ai/assistants", cast_to=object, body={"instructions": "x"}),
        UnprocessableEntityError,
        "10004",
        "/name",
    )
    checks.rejects(
        "voice_speed has a range",
        lambda: an_assistant(voice_settings={"voice": "x", "voice_speed": 9}),
        UnprocessableEntityError,
        "10033",
        "/voice_settings/voice_speed",
    )
    variables = {"name": "remember", "description": "x", "updatable_variables": [{"name": "telnyx_mine"}]}
    checks.rejects(
        "variables of the system are not for tools",
        lambda: an_assistant(tools=[{"type": "update_dynamic_variables", "update_dynamic_variables": variables}]),
        UnprocessableEntityError,
        pointer="/tools/0/update_dynamic_variables/updatable_variables/0/name",
    )


def idempotency_keys():
    body = {"name": "Once", "instructions": "Only once.", "idempotency_key": "walk-once"}
    first = ai.assistants.with_raw_response.create(**body)
    again = ai.assistants.with_raw_response.create(**body)
    checks.equal("the key goes out as a header", again.http_request.headers["idempotency-key"], "walk-once")
    checks.equal("the first answer is no replay", first.headers.get("idempotency-replayed"), None)
    checks.equal("the second is", again.headers.get("idempotency-replayed"), "true")
    checks.equal("both are the same", again.parse(), first.parse())
    checks.equal("one assistant was made", [one.name for one in ai.assistants.list().data].count("Once"), 1)
    checks.rejects(
        "another request under the same key",
        lambda: ai.assistants.create(**{**body, "name": "Twice"}),
        UnprocessableEntityError,
    )
    checks.rejects(
        "a key with a space",
        lambda: ai.assistants.create(**{**body, "idempotency_key": "not good"}),
        BadRequestError,
        "10015",
    )
    checks.rejects(
        "a key that is too long",
        lambda: ai.assistants.create(**{**body, "idempotency_key": "x" * 256}),
        BadRequestError,
        "10015",
    )
    copies = [ai.assistants.clone(first.parse().id, idempotency_key="walk-clone").id for _ in range(2)]
    checks.equal("clone takes a key", copies[0], copies[1])


def changing_assistants():
    before = an_assistant(greeting="Hello.")
    after = ai.assistants.update(before.id, name="Night desk", version_name="Night")
    checks.equal("update changes what is sent", (after.name, after.version_name), ("Night desk", "Night"))
    checks.equal("and leaves the rest", after.greeting, "Hello.")
    checks.ok("an update is a new version", after.version_id != before.version_id, after.version_id)
    checks.equal("it is the main one", ai.assistants.retrieve(before.id).version_id, after.version_id)

    draft = ai.assistants.update(before.id, name="Draft desk", promote_to_main=False)
    checks.ok("without promotion it is a version beside", draft.version_id != after.version_id, draft)
    checks.equal("the main one stays", ai.assistants.retrieve(before.id).name, "Night desk")
    patched = client.patch(f"/ai/assistants/{before.id}", cast_to=object, body={"description": "By PATCH."})
    checks.equal("PATCH is taken as well", (patched["description"], patched["name"]), ("By PATCH.", "Night desk"))
    checks.equal("an update of nothing", ai.assistants.update(before.id).name, "Night desk")

    phone = an_assistant(telephony_settings={"supports_unauthenticated_web_calls": True})
    copy = ai.assistants.clone(phone.id)
    checks.ok("a clone has an id of its own", copy.id != phone.id, copy.id)
    checks.equal("and the same instructions", copy.instructions, phone.instructions)

    deleted = ai.assistants.delete(copy.id)
    checks.equal("delete", (deleted.id, deleted.object, deleted.deleted), (copy.id, "assistant", True))
    checks.rejects("then it is gone", lambda: ai.assistants.retrieve(copy.id), NotFoundError, "10005")
    checks.rejects("and cannot be changed", lambda: ai.assistants.update(copy.id, name="x"), NotFoundError)


def deleting_and_restoring():
    assistants = ai.assistants
    assistant = an_assistant(greeting="Hello!")
    assistants.update(assistant.id, greeting="Good morning!")
    versions = [version.version_id for version in assistants.versions.list(assistant.id).data]
    assistants.delete(assistant.id)
    checks.rejects("deleted", lambda: assistants.retrieve(assistant.id), NotFoundError, "10005")
    deleted = assistants.deleted.get(assistant.id)
    checks.equal("but kept", (deleted.id, deleted.greeting), (assistant.id, "Good morning!"))
    kept = deleted.permanently_deleted_at - deleted.deleted_at
    checks.equal("for 30 days", kept.days, 30)
    listed = [found.id for found in assistants.deleted.list(page_size=1)]
    checks.ok("and listed", assistant.id in listed, listed)
    restored = assistants.restore(assistant.id)
    checks.equal("restored", (restored.id, restored.greeting), (assistant.id, "Good morning!"))
    again = [version.version_id for version in assistants.versions.list(assistant.id).data]
    checks.equal("with its versions", again, versions)
    checks.rejects("then it is not deleted", lambda: assistants.deleted.get(assistant.id), NotFoundError)
    checks.rejects("nor restored twice", lambda: assistants.restore(assistant.id), NotFoundError)

    handoff = {"ai_assistants": [{"id": assistant.id, "name": "Reception"}]}
    other = an_assistant(tools=[{"type": "handoff", "handoff": handoff}])
    checks.rejects("one that another refers to stays", lambda: assistants.delete(assistant.id), BadRequestError)
    assistants.delete(other.id, hard_delete=True)
    checks.rejects("erased at once", lambda: assistants.deleted.get(other.id), NotFoundError)
    assistants.delete(assistant.id)


def variables_from_a_webhook():
    answer = {"dynamic_variables": {"caller": "Ada"}, "conversation": {"metadata": {"tier": "gold"}}}
    with WebServer(lambda _: (200, answer)) as hook:
        assistant = an_assistant(
            instructions="Talk to {{caller}} of {{company}}.",
            dynamic_variables={"caller": "nobody", "company": "Acme"},
            dynamic_variables_webhook_url=f"{hook.url}/variables",
            dynamic_variables_webhook_timeout_ms=2000,
        )
        checks.equal(
            "nothing is fetched unasked", ai.assistants.retrieve(assistant.id).dynamic_variables["caller"], "nobody"
        )
        fetched = ai.assistants.retrieve(
            assistant.id,
            fetch_dynamic_variables_from_webhook=True,
            from_="+13125550100",
            to="+13125550199",
            call_control_id="v3:walk",
        )
        checks.equal("asked, they are", fetched.dynamic_variables, {"caller": "Ada", "company": "Acme"})
        [(path, _, event)] = hook.requests
        payload = event["data"]["payload"]
        checks.equal(
            "the webhook gets an event", (path, event["data"]["event_type"]), ("/variables", "assistant.initialization")
        )
        checks.equal("about this assistant", payload["assistant_id"], assistant.id)
        checks.equal("and this call", payload["call_control_id"], "v3:walk")
        checks.equal("from there", payload["telnyx_end_user_target"], "+13125550100")

        conversation = ai.conversations.create()
        reply = ai.assistants.chat(assistant.id, conversation_id=conversation.id, content="Hi.")
        checks.ok("a chat uses them", "Talk to Ada of Acme." in reply.content, reply.content)
        metadata = ai.conversations.retrieve(conversation.id).data.metadata
        checks.equal("metadata goes to the conversation", metadata["tier"], "gold")


def importing_assistants():
    request = {"provider": "vapi", "api_key_ref": "vapi_key", "import_ids": ["one", "two"]}
    data = ai.assistants.imports(**request).data
    checks.equal("one assistant per id", [one.import_metadata.import_id for one in data], ["one", "two"])
    checks.equal("from this provider", data[0].import_metadata.import_provider, "vapi")
    again = ai.assistants.imports(**request, idempotency_key="walk-import").data
    checks.equal("again, they are written over", [one.id for one in again], [one.id for one in data])
    checks.rejects(
        "another provider",
        lambda: ai.assistants.imports(**{**request, "provider": "nobody"}),
        UnprocessableEntityError,
        "10032",
        "/provider",
    )


def texml():
    assistant = an_assistant()
    text = ai.assistants.get_texml(assistant.id)
    checks.ok("it is a document, not a JSON string", text.startswith("<?xml"), text)
    checks.ok("that connects to the assistant", f'<AIAssistant id="{assistant.id}"' in text, text)
    checks.rejects("of an assistant that is there", lambda: ai.assistants.get_texml("nobody"), NotFoundError)


def chatting():
    assistant = an_assistant(greeting="Welcome, {{name}}.", instructions="Be kind to {{name}}.")
    conversation_id = ai.conversations.create(metadata={"name": "Ada"}).id
    chat = {"assistant_id": assistant.id, "conversation_id": conversation_id}
    checks.equal("the first answer greets", ai.assistants.chat(**chat, content="Hello?").content, "Welcome, Ada.")
    second = ai.assistants.chat(**chat, content="What time is it?", name="Ada").content
    checks.ok("the next one answers", "What time is it?" in second, second)
    checks.ok("metadata fills the instructions", "Be kind to Ada." in second, second)

    # The client has no type for a stream, so its text is read.
    said = "And now, piece by piece, please?"
    with ai.assistants.with_streaming_response.chat(**chat, content=said, stream=True) as response:
        checks.ok("a stream has its content type", response.headers["content-type"].startswith("text/event-stream"))
        events = server_sent_events("".join(response.iter_text()))
    deltas = [data["content"] for event, data in events if event == "delta"]
    event, done = events[-1]
    checks.ok("it comes in pieces", len(deltas) > 1, deltas)
    checks.equal("it ends with done", (event, done["type"]), ("done", "done"))
    checks.equal("done has all of it", done["content"], "".join(deltas))

    messages = list(ai.conversations.messages.list(conversation_id))
    checks.equal("all is kept", [message.role for message in messages], ["user", "assistant"] * 3)
    checks.equal("as it was said", (messages[0].text, messages[5].text), ("Hello?", done["content"]))

    silent = ai.conversations.create(metadata={"ai_disabled": "true"}).id
    say = lambda conversation_id: (
        lambda: ai.assistants.chat(assistant.id, conversation_id=conversation_id, content="Hi.")
    )
    checks.rejects("AI can be disabled", say(silent), BadRequestError)
    checks.rejects("a conversation comes first", say(UNKNOWN), NotFoundError)


def text_messages():
    assistant = an_assistant(greeting="Your parcel is here.")
    numbers = {"from_": "+13125550100", "to": "+13125550199", "should_create_conversation": True}
    sent = ai.assistants.send_sms(
        assistant.id,
        **numbers,
        text="It is at your door.",
        conversation_metadata={"order": "17", "note": "x"},
        idempotency_key="walk-sms",
    )
    # The API takes numbers and booleans too, but the client declares the metadata of a conversation as strings.
    metadata = ai.conversations.retrieve(sent.conversation_id).data.metadata
    checks.equal("the conversation knows its order", metadata["order"], "17")
    checks.equal("and its channel", metadata["telnyx_conversation_channel"], "sms_chat")
    [message] = ai.conversations.messages.list(sent.conversation_id)
    checks.equal("the text is sent", (message.role, message.text), ("assistant", "It is at your door."))
    greeted = ai.assistants.send_sms(assistant.id, **numbers)
    [greeting] = ai.conversations.messages.list(greeted.conversation_id)
    checks.equal("without a text, the greeting", greeting.text, "Your parcel is here.")


def whatsapp():
    number = {"from_": "+13125550100", "to": "+13125550199"}
    request = {**number, "content": "Send the login code 482913.", "conversation_metadata": {"order": "A-17"}}
    # The client has no type for this tool, and rejects the response in strict mode.
    body = {"name": "Sender", "instructions": "Send codes.", "tools": [{"type": "whatsapp_template"}]}
    assistant_id = client.post("/ai/assistants", body={**body, "enabled_features": ["messaging"]}, cast_to=object)["id"]
    sent = ai.assistants.whatsapp(assistant_id, **request, idempotency_key="walk-whatsapp")
    checks.ok("it has a message", sent.message_id, sent)
    replayed = ai.assistants.whatsapp(assistant_id, **request, idempotency_key="walk-whatsapp")
    checks.equal("replayed", replayed, sent)
    conversation = ai.conversations.retrieve(sent.conversation_id).data
    checks.equal("and a conversation", conversation.metadata["telnyx_conversation_channel"], "whatsapp_chat")
    checks.equal("with its metadata", conversation.metadata["order"], "A-17")
    plain = an_assistant(enabled_features=["messaging"])
    send = lambda: ai.assistants.whatsapp(plain.id, **request)
    checks.rejects("without a template", send, (BadRequestError, UnprocessableEntityError))


def enhancing_instructions():
    assistant = an_assistant(instructions="Sell tea.")
    raw = ai.assistants.instructions.with_raw_response.enhance(assistant.id)
    checks.ok("the answer is plain text", raw.headers["content-type"].startswith("text/plain"))
    text = raw.parse()
    checks.ok("made of its instructions", "Sell tea." in text and len(text) > len("Sell tea."), text)
    other = ai.assistants.instructions.enhance(assistant.id, instructions="Sell coffee.", enhancement_prompt=None)
    checks.ok("or of those sent", "Sell coffee." in other and "Sell tea." not in other, other)


def tags():
    assistant = an_assistant(tags=["old"])
    checks.equal("add", ai.assistants.tags.add(assistant.id, tag="front desk").tags, ["old", "front desk"])
    checks.equal("the assistant has them", ai.assistants.retrieve(assistant.id).tags, ["old", "front desk"])
    checks.ok("list has those of all", {"old", "front desk"} <= set(ai.assistants.tags.list().tags))
    checks.equal("remove", ai.assistants.tags.remove("front desk", assistant_id=assistant.id).tags, ["old"])
    add = lambda: ai.assistants.tags.add(assistant.id, tag="a:b")
    checks.rejects("no colons", add, UnprocessableEntityError, pointer="/tag")


def shared_tools():
    webhook = {"name": "lookup", "description": "Looks up.", "url": "http://127.0.0.1:9/{id}", "method": "GET"}
    request = {"type": "webhook", "display_name": "Lookup", "webhook": webhook, "idempotency_key": "walk-tool"}
    tool = ai.tools.create(**request)
    checks.equal("create", (tool.type, tool.display_name, tool.timeout_ms), ("webhook", "Lookup", 5000))
    checks.equal("the definition is as sent", tool.tool_definition, webhook)
    checks.equal("replayed", ai.tools.create(**request).id, tool.id)
    checks.equal("retrieve", ai.tools.retrieve(tool.id), tool)
    changed = ai.tools.update(tool.id, timeout_ms=800)
    checks.equal("update by PATCH", (changed.timeout_ms, calls[-1][0]), (800, "PATCH"))

    for name in ("One", "Two", "Three"):
        ai.tools.create(type="retrieval", display_name=name, retrieval={"bucket_ids": ["b"]})
    before = len(calls)
    found = list(ai.tools.list(filter_type="retrieval", page_size=2))
    checks.equal("the client pages by itself", (len(found), len(calls) - before), (3, 2))
    checks.equal("to the second page", calls[-1][3].url.params["page[number]"], "2")
    page = ai.tools.list(filter_name="Two")
    checks.equal("by name", [one.display_name for one in page.data], ["Two"])
    meta = (page.meta.page_number, page.meta.page_size, page.meta.total_pages, page.meta.total_results)
    checks.equal("meta counts", meta, (1, 20, 1, 1))
    checks.rejects("pages have 100 items at most", lambda: ai.tools.list(page_size=101), UnprocessableEntityError)

    gone = ai.tools.with_raw_response.delete(tool.id)
    checks.equal("delete answers 204", (gone.status_code, gone.parse()), (204, None))
    checks.rejects("then it is gone", lambda: ai.tools.retrieve(tool.id), NotFoundError)


def tools_of_an_assistant():
    answer = lambda path: (503, {"down": True}) if path.startswith("/down") else (200, {"state": "sent"})
    with WebServer(answer) as hook:
        webhook = {
            "name": "order",
            "description": "Looks at an order.",
            "url": f"{hook.url}/orders/{{order_id}}",
            "method": "POST",
            "path_parameters": {
                "type": "object",
                "properties": {"order_id": {"type": "string"}},
                "required": ["order_id"],
            },
            "body_parameters": {"type": "object", "properties": {"note": {"type": "string"}}},
            "headers": [{"name": "X-Tenant", "value": "{{tenant}}"}],
        }
        tool = ai.tools.create(type="webhook", display_name="Order", webhook=webhook)
        assistant = an_assistant()
        ai.assistants.tools.add(tool.id, assistant_id=assistant.id)
        tools = ai.assistants.retrieve(assistant.id).tools
        checks.equal("added, the assistant has it", [(one.type, one.shared) for one in tools], [("webhook", True)])

        test = lambda **more: ai.assistants.tools.test(tool.id, assistant_id=assistant.id, **more)
        arguments = {"order_id": "a/b", "note": "Please hurry."}
        data = test(arguments=arguments, dynamic_variables={"tenant": "acme"}).data
        checks.equal("a test calls the webhook", (data.success, data.status_code), (True, 200))
        checks.equal("and reports its answer", data.response, '{"state": "sent"}')
        [(path, headers, body)] = hook.requests
        checks.equal("the path is filled", path, "/orders/a%2Fb")
        checks.equal("and the body", body, {"note": "Please hurry."})
        checks.equal("and headers from variables", headers["X-Tenant"], "acme")
        checks.rejects("required arguments", test, UnprocessableEntityError, pointer="/arguments/order_id")
        ai.tools.update(tool.id, webhook={**webhook, "url": f"{hook.url}/down/{{order_id}}"})
        data = test(arguments=arguments).data
        checks.equal("a webhook may fail", (data.success, data.status_code), (False, 503))

        remove = lambda: ai.assistants.tools.remove(tool.id, assistant_id=assistant.id)
        remove()
        checks.equal("removed", ai.assistants.retrieve(assistant.id).tools, [])
        checks.rejects("twice", remove, NotFoundError)


def scheduled_events():
    events = ai.assistants.scheduled_events
    assistant_id = an_assistant().id
    targets = {"telnyx_agent_target": "+13125550100", "telnyx_end_user_target": "+13125550199"}
    phone = {
        **targets,
        "telnyx_conversation_channel": "phone_call",
        "scheduled_at_fixed_datetime": in_hours(24),
        "conversation_metadata": {"attempt": 1, "vip": True, "note": "x"},
        "dynamic_variables": {"name": "Ada"},
        "max_retries_client_errors": 3,
        "retry_interval_secs": 60,
        "call_settings": {"sip_region": "Europe"},
        "idempotency_key": "walk-event",
    }
    raw = events.with_raw_response.create(assistant_id, **phone)
    event = raw.parse()
    checks.equal("create answers 201", raw.status_code, 201)
    checks.equal("it is pending", (event.status, event.assistant_id), ("pending", assistant_id))
    checks.equal("at this time", event.scheduled_at_fixed_datetime, phone["scheduled_at_fixed_datetime"])
    checks.equal("metadata is as sent", event.conversation_metadata, phone["conversation_metadata"])
    checks.equal("replayed", events.create(assistant_id, **phone).scheduled_event_id, event.scheduled_event_id)
    checks.equal("retrieve", events.retrieve(event.scheduled_event_id, assistant_id=assistant_id), event)

    sms = {**targets, "telnyx_conversation_channel": "sms_chat", "text": "Soon."}
    for hours in (48, 72):
        events.create(assistant_id, **sms, scheduled_at_fixed_datetime=in_hours(hours))
    before = len(calls)
    everything = list(events.list(assistant_id, page_size=2))
    checks.equal("the client pages by itself", (len(everything), len(calls) - before), (3, 2))
    checks.equal(
        "by channel", [one.text for one in events.list(assistant_id, conversation_channel="sms_chat")], ["Soon."] * 2
    )
    # The client writes these times with +00:00. The plus sign must be encoded in the query.
    checks.equal("by date", len(list(events.list(assistant_id, from_date=in_hours(36), to_date=in_hours(60)))), 1)

    def wrong(**more):
        request = {**sms, "scheduled_at_fixed_datetime": in_hours(1), **more}
        return lambda: events.create(assistant_id, **request)

    checks.rejects("a message needs text", wrong(text=telnyx.omit), UnprocessableEntityError, pointer="/text")
    past = wrong(scheduled_at_fixed_datetime=in_hours(-1))
    checks.rejects("not in the past", past, UnprocessableEntityError, pointer="/scheduled_at_fixed_datetime")
    interval = wrong(retry_interval_secs=59)
    checks.rejects("retries have a pace", interval, UnprocessableEntityError, pointer="/retry_interval_secs")

    gone = events.with_raw_response.delete(event.scheduled_event_id, assistant_id=assistant_id)
    checks.equal("delete answers 200 with nothing", (gone.status_code, gone.text()), (200, ""))
    left = list(events.list(assistant_id, conversation_channel="phone_call"))
    checks.ok("no call is pending", all(one.status != "pending" for one in left), left)


def versions():
    versions = ai.assistants.versions
    first = an_assistant(instructions="One.")
    assistant_id = first.id
    second = ai.assistants.update(assistant_id, instructions="Two.")
    draft = ai.assistants.update(assistant_id, instructions="Three.", version_name="Draft", promote_to_main=False)
    ids = lambda: [version.version_id for version in versions.list(assistant_id).data]
    checks.equal("newest first", ids(), [draft.version_id, second.version_id, first.version_id])
    one = versions.retrieve(draft.version_id, assistant_id=assistant_id, include_mcp_servers=True)
    checks.equal("retrieve", (one.id, one.version_name, one.instructions), (assistant_id, "Draft", "Three."))
    changed = versions.update(draft.version_id, assistant_id=assistant_id, instructions="Four.")
    checks.equal("update in place", (changed.version_id, changed.instructions), (draft.version_id, "Four."))
    checks.equal("makes no version", len(ids()), 3)
    update = lambda: versions.update(second.version_id, assistant_id=assistant_id, name="x")
    checks.rejects("not the main one", update, BadRequestError)
    delete = lambda: versions.delete(second.version_id, assistant_id=assistant_id)
    checks.rejects("which stays", delete, BadRequestError)
    gone = versions.with_raw_response.delete(first.version_id, assistant_id=assistant_id)
    checks.equal("delete answers 204", (gone.status_code, gone.parse()), (204, None))
    retrieve = lambda: versions.retrieve(first.version_id, assistant_id=assistant_id)
    checks.rejects("then it is gone", retrieve, NotFoundError)
    promoted = versions.promote(draft.version_id, assistant_id=assistant_id)
    checks.equal("promote answers it", promoted.version_id, draft.version_id)
    checks.equal("it is the main one now", ai.assistants.retrieve(assistant_id).instructions, "Four.")


def canary_deploys():
    canary = ai.assistants.canary_deploys
    assistant = an_assistant(instructions="Main.")
    version_id = ai.assistants.update(assistant.id, instructions="Canary.", promote_to_main=False).version_id
    checks.rejects("none at first", lambda: canary.retrieve(assistant.id), NotFoundError)
    rules = [
        {"match": [{"attribute": "tier", "operator": "in", "values": ["gold"]}], "serve": {"version_id": version_id}},
        {"match": [], "serve": {"rollout": [{"version_id": version_id, "weight": 5}]}},
    ]
    deploy = canary.create(assistant.id, rules=rules, idempotency_key="walk-canary")
    checks.equal("create", [rule.to_dict() for rule in deploy.rules], rules)
    checks.equal("retrieve", canary.retrieve(assistant.id), deploy)
    once = client.with_options(max_retries=0).ai.assistants.canary_deploys
    checks.rejects("one only", lambda: once.create(assistant.id, rules=rules), ConflictError)

    def answer(**metadata):
        conversation = ai.conversations.create(metadata=metadata)
        return ai.assistants.chat(assistant.id, conversation_id=conversation.id, content="Hi.").content

    checks.ok("by metadata", "Canary." in answer(tier="gold"))
    changed = canary.update(assistant.id, rules=rules[:1])
    checks.equal("update replaces the rules", [rule.to_dict() for rule in changed.rules], rules[:1])
    checks.ok("the rest is main", "Main." in answer(tier="iron"))
    heavy = [{"serve": {"rollout": [{"version_id": version_id, "weight": 100}]}}]
    checks.rejects("weights below 100", lambda: canary.update(assistant.id, rules=heavy), UnprocessableEntityError)
    unknown = [{"serve": {"version_id": UNKNOWN}}]
    checks.rejects(
        "of a version that is there", lambda: canary.update(assistant.id, rules=unknown), UnprocessableEntityError
    )
    gone = canary.with_raw_response.delete(assistant.id)
    checks.equal("delete answers 204", (gone.status_code, gone.parse()), (204, None))
    canary.create(assistant.id, rules=rules)
    ai.assistants.versions.promote(version_id, assistant_id=assistant.id)
    checks.rejects("promotion ends it", lambda: canary.retrieve(assistant.id), NotFoundError)


def tests():
    tests = ai.assistants.tests
    assistant = an_assistant()
    rubric = [{"name": "Hours", "criteria": "Says when."}, {"name": "Manners", "criteria": "Is polite."}]
    request = {
        "name": "Opening hours",
        "destination": assistant.id,
        "instructions": "Ask when they open.",
        "rubric": rubric,
        "test_suite": "Front desk",
    }
    raw = tests.with_raw_response.create(**request, idempotency_key="walk-test")
    test = raw.parse()
    checks.equal("create answers 201", raw.status_code, 201)
    checks.equal("the default channel", test.telnyx_conversation_channel, "web_chat")
    checks.equal(
        "the rubric", [(item.name, item.criteria) for item in test.rubric], [tuple(item.values()) for item in rubric]
    )
    checks.equal("retrieve", tests.retrieve(test.test_id), test)
    changed = tests.update(test.test_id, description="Asks for the hours.", max_duration_seconds=60)
    checks.equal("update is partial", (changed.name, changed.max_duration_seconds), ("Opening hours", 60))
    for name in ("Second", "Third"):
        tests.create(**{**request, "name": name})
    before = len(calls)
    found = list(tests.list(test_suite="Front desk", page_size=2))
    checks.equal("the client pages by itself", (len(found), len(calls) - before), (3, 2))
    other = tests.create(**{**request, "destination": "+13125550100", "telnyx_conversation_channel": "phone_call"})
    by_channel = tests.list(telnyx_conversation_channel="phone_call", destination="+13125550100")
    checks.equal("by channel and destination", [one.test_id for one in by_channel], [other.test_id])
    empty = lambda: tests.create(**{**request, "rubric": []})
    checks.rejects("a rubric has items", empty, UnprocessableEntityError, pointer="/rubric")
    long = lambda: tests.create(**{**request, "max_duration_seconds": 3601})
    checks.rejects("an hour at most", long, UnprocessableEntityError, pointer="/max_duration_seconds")
    gone = tests.with_raw_response.delete(other.test_id)
    checks.equal("delete answers 200 with nothing", (gone.status_code, gone.text()), (200, ""))
    checks.rejects("then it is gone", lambda: tests.retrieve(other.test_id), NotFoundError)


def test_runs():
    runs = ai.assistants.tests.runs
    assistant = an_assistant()
    rubric = [{"name": "Hours", "criteria": "Says when."}, {"name": "Manners", "criteria": "Is polite."}]
    test_id = ai.assistants.tests.create(
        name="Hours again", destination=assistant.id, instructions="Ask when they open.", rubric=rubric
    ).test_id
    raw = runs.with_raw_response.trigger(test_id, idempotency_key="walk-run")
    run = raw.parse()
    checks.equal("trigger answers 201", (raw.status_code, run.test_id), (201, test_id))
    checks.equal("replayed", runs.trigger(test_id, idempotency_key="walk-run").run_id, run.run_id)
    ended = until(lambda: runs.retrieve(run.run_id, test_id=test_id), lambda run: run.status in ENDED)
    checks.ok("it ends", ended.status in ("passed", "failed"), ended)
    checks.ok("at a time", isinstance(ended.completed_at, datetime), ended)
    checks.equal("one verdict per item", [item.name for item in ended.detail_status], ["Hours", "Manners"])
    roles = [message.role for message in ai.conversations.messages.list(ended.conversation_id)]
    checks.ok("its conversation can be read", "assistant" in roles, roles)

    pinned = runs.trigger(test_id, destination_version_id=assistant.version_id)
    until(lambda: runs.retrieve(pinned.run_id, test_id=test_id), lambda run: run.status in ENDED)
    unknown = lambda: runs.trigger(test_id, destination_version_id=UNKNOWN)
    checks.rejects("of a version that is there", unknown, BadRequestError)
    before = len(calls)
    found = list(runs.list(test_id, page_size=1))
    checks.equal("the client pages by itself", (len(found), len(calls) - before), (2, 2))
    checks.ok("by status", run.run_id in [one.run_id for one in runs.list(test_id, status=ended.status)])
    checks.rejects("an unknown run", lambda: runs.retrieve(UNKNOWN, test_id=test_id), NotFoundError)


def test_suites():
    suites = ai.assistants.tests.test_suites
    assistant = an_assistant()
    suite = "Night shift/weekend?"
    rubric = [{"name": "Manners", "criteria": "Is polite."}]
    request = {"destination": assistant.id, "instructions": "Call.", "rubric": rubric, "test_suite": suite}
    ids = {ai.assistants.tests.create(name=name, **request).test_id for name in ("Saturday", "Sunday")}
    checks.equal("each suite once", suites.list().data.count(suite), 1)
    raw = suites.runs.with_raw_response.trigger(suite, idempotency_key="walk-suite")
    started = raw.parse()
    checks.equal("trigger answers 201", raw.status_code, 201)
    checks.equal("a run per test", {run.test_id for run in started}, ids)
    suite_run = started[0].test_suite_run_id
    checks.ok("of one suite run", suite_run and all(run.test_suite_run_id == suite_run for run in started), started)
    suites.runs.trigger(suite)
    before = len(calls)
    found = list(suites.runs.list(suite, page_size=3))
    checks.equal("the client pages by itself", (len(found), len(calls) - before), (4, 2))
    of_one = lambda: list(suites.runs.list(suite, test_suite_run_id=suite_run))
    ended = until(of_one, lambda runs: all(run.status in ENDED for run in runs))
    checks.equal("by suite run", {run.run_id for run in ended}, {run.run_id for run in started})
    checks.ok("they end", all(run.status in ("passed", "failed") for run in ended), ended)


def conversations():
    conversations = ai.conversations
    metadata = {"assistant_id": "assistant-walk", "topic": "tea"}
    request = {"name": "Support", "metadata": metadata, "idempotency_key": "walk-talk"}
    conversation = conversations.create(**request)
    id = conversation.id
    checks.equal("create answers it, not wrapped", (conversation.name, conversation.metadata), ("Support", metadata))
    checks.equal("replayed", conversations.create(**request).id, id)
    checks.equal("retrieve wraps", conversations.retrieve(id).data, conversation)
    changed = conversations.update(id, metadata={**metadata, "topic": "coffee"})
    checks.equal("update", changed.data.metadata["topic"], "coffee")

    sent_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    add = conversations.with_raw_response.add_message
    added = add(id, role="user", content="One.", sent_at=sent_at, metadata={"n": 1, "list": ["a", True]})
    checks.equal("a message answers 204", (added.status_code, added.parse()), (204, None))
    call = {"id": "call-1", "type": "function", "function": {"name": "order", "arguments": "{}"}}
    add(id, role="assistant", content="Two.", tool_calls=[call])
    for _ in range(2):
        add(id, role="tool", content="Three.", tool_call_id="call-1", idempotency_key="walk-message")
    before = len(calls)
    messages = list(conversations.messages.list(id, page_size=2))
    checks.equal("the client pages by itself", (len(messages), len(calls) - before), (3, 2))
    checks.equal("they are as sent", [message.text for message in messages], ["One.", "Two.", "Three."])
    checks.equal("with their times", messages[0].sent_at, sent_at)
    checks.equal("and their metadata", messages[0].metadata, {"n": 1, "list": ["a", True]})
    checks.equal("and tool calls", messages[1].tool_calls[0].function.name, "order")

    older = conversations.create(metadata={"assistant_id": "assistant-walk"})
    ids = lambda **filter: [found.id for found in conversations.list(**filter).data]
    mine = {"metadata_assistant_id": "eq.assistant-walk"}
    checks.equal("by metadata", ids(**mine, order="created_at.asc"), [id, older.id])
    checks.equal("by name", ids(**mine, name="like.Supp%"), [id])
    either = f"(id.eq.{id},id.eq.{older.id})"
    checks.equal("either, ordered, limited", ids(or_=either, order="created_at.desc", limit=1), [older.id])
    checks.rejects("a filter that makes no sense", lambda: ids(id="near.x"), BadRequestError)

    checks.equal("no insights without a group", conversations.retrieve_conversations_insights(older.id).data, [])
    gone = conversations.with_raw_response.delete(older.id)
    checks.equal("delete answers 204", (gone.status_code, gone.parse()), (204, None))
    checks.rejects("then it is gone", lambda: conversations.retrieve(older.id), NotFoundError)


def insights():
    insights, groups = ai.conversations.insights, ai.conversations.insight_groups
    schema = {"type": "object", "properties": {"mood": {"type": "string"}}}
    request = {"name": "Mood", "instructions": "Name the mood of the user in one word.", "json_schema": schema}
    insight = insights.create(**request, idempotency_key="walk-insight").data
    checks.equal("create wraps", (insight.name, insight.instructions), (request["name"], request["instructions"]))
    checks.equal("the schema is as sent", insight.json_schema, schema)
    checks.equal("replayed", insights.create(**request, idempotency_key="walk-insight").data.id, insight.id)
    checks.equal("retrieve", insights.retrieve(insight.id).data, insight)
    changed = insights.update(insight.id, webhook="http://127.0.0.1:9/moods").data
    checks.equal("update", (changed.webhook, changed.name), ("http://127.0.0.1:9/moods", "Mood"))
    other = insights.create(name="Topic", instructions="Name the topic.").data
    listed = [found.id for found in insights.list(page_size=1)]
    checks.ok("list", insight.id in listed and other.id in listed, listed)

    group = groups.insight_groups(name="Quality", idempotency_key="walk-group").data
    checks.equal("a group is replayed", groups.insight_groups(name="Quality", idempotency_key="walk-group").data, group)
    assigned = groups.insights.with_raw_response.assign(insight.id, group_id=group.id)
    checks.equal("assign answers 204", (assigned.status_code, assigned.parse()), (204, None))
    groups.insights.assign(other.id, group_id=group.id)
    members = lambda: sorted(member.id for member in groups.retrieve(group.id).data.insights)
    checks.equal("a group has its insights", members(), sorted([insight.id, other.id]))
    unassigned = groups.insights.with_raw_response.delete_unassign(other.id, group_id=group.id)
    checks.equal("unassign answers 204", (unassigned.status_code, unassigned.parse()), (204, None))
    checks.equal("then it has the other alone", members(), [insight.id])
    renamed = groups.update(group.id, description="How well we help.").data
    checks.equal("update of a group", (renamed.description, renamed.name), ("How well we help.", "Quality"))
    checks.ok("groups", group.id in [found.id for found in groups.retrieve_insight_groups()])

    assistant = an_assistant(insight_settings={"insight_group_id": group.id})
    conversation = ai.conversations.create(metadata={"assistant_id": assistant.id})
    ai.assistants.chat(assistant.id, conversation_id=conversation.id, content="Hello!")
    aggregates = ai.conversations.conversation_insights.retrieve_aggregates
    rows = aggregates(
        group_by=["metadata.assistant_id"], metadata={"assistant_id": f"eq.{assistant.id}"}, insight_id=insight.id
    ).data
    checks.ok("aggregates", all(row.record_count for row in rows), rows)
    checks.equal("of nobody", aggregates(metadata={"assistant_id": "eq.assistant-nobody"}).data, [])

    gone = groups.with_raw_response.delete(group.id)
    checks.equal("a group is deleted", (gone.status_code, gone.parse()), (204, None))
    checks.rejects("then it is gone", lambda: groups.retrieve(group.id), NotFoundError)
    checks.equal("its insight is not", insights.retrieve(insight.id).data.id, insight.id)
    gone = insights.with_raw_response.delete(insight.id)
    checks.equal("an insight is deleted", (gone.status_code, gone.parse()), (204, None))
    checks.rejects("then it is gone", lambda: insights.retrieve(insight.id), NotFoundError)


def integrations_and_connections():
    connections = ai.integrations.connections
    catalogue = {integration.id: integration for integration in ai.integrations.list().data}
    connected = connections.list().data
    checks.ok("something is connected", connected)
    first = connected[0]
    one = ai.integrations.retrieve(first.integration_id)
    checks.equal("retrieve", one, catalogue[first.integration_id])
    checks.equal("which says so", one.status, "connected")
    checks.equal("a connection is wrapped", connections.retrieve(first.id).data, first)
    gone = connections.with_raw_response.delete(first.id)
    checks.equal("delete answers 204", (gone.status_code, gone.parse()), (204, None))
    checks.equal("then it is disconnected", ai.integrations.retrieve(first.integration_id).status, "disconnected")
    checks.rejects("and gone", lambda: connections.retrieve(first.id), NotFoundError)
    checks.rejects("an unknown one", lambda: ai.integrations.retrieve(UNKNOWN), NotFoundError)


def mcp_servers():
    servers = ai.mcp_servers
    request = {"name": "Files", "type": "walk", "url": "http://127.0.0.1:9/mcp", "api_key_ref": None}
    raw = servers.with_raw_response.create(**request, idempotency_key="walk-mcp")
    server = raw.parse()
    checks.equal("create answers 200", raw.status_code, 200)
    checks.equal("any type will do", (server.name, server.type, server.api_key_ref), ("Files", "walk", None))
    checks.equal("replayed", servers.create(**request, idempotency_key="walk-mcp").id, server.id)
    checks.equal("retrieve", servers.retrieve(server.id), server)
    changed = servers.update(server.id, name="More files", allowed_tools=["read"])
    checks.equal("update", (changed.name, changed.allowed_tools, changed.url), ("More files", ["read"], server.url))
    servers.create(**{**request, "url": "http://127.0.0.1:9/other"})
    before = len(calls)
    found = list(servers.list(type="walk", page_size=1))
    # The list has no total, so the client requests pages until one is empty.
    checks.equal("the client pages by itself", (len(found), len(calls) - before), (2, 3))
    checks.equal("by address", len(list(servers.list(url="http://127.0.0.1:9/other"))), 1)
    gone = servers.with_raw_response.delete(server.id)
    checks.equal("delete answers 200 with nothing", (gone.status_code, gone.text()), (200, ""))
    checks.rejects("then it is gone", lambda: servers.retrieve(server.id), NotFoundError)


def the_asynchronous_client():
    async def walk():
        async with telnyx.AsyncTelnyx(base_url=base_url, _strict_response_validation=True) as client:
            servers = client.ai.mcp_servers
            ids = [(await servers.create(name="A", type="async", url="http://127.0.0.1:9/")).id for _ in range(3)]
            found = [server.id async for server in servers.list(type="async", page_size=2)]
            checks.equal("pages by itself as well", sorted(found), sorted(ids))
            try:
                await client.ai.assistants.retrieve("nobody")
            except NotFoundError as error:
                checks.equal("and has the same errors", error.body["errors"][0]["code"], "10005")

    asyncio.run(walk())


def errors():
    key = os.environ.pop("TELNYX_API_KEY")
    try:
        nobody = Telnyx(base_url=base_url, http_client=http_client)
        checks.rejects("without a key", nobody.ai.assistants.list, telnyx.AuthenticationError, "10009")
    finally:
        os.environ["TELNYX_API_KEY"] = key
    error = checks.rejects("not there", lambda: ai.assistants.retrieve("nobody"), NotFoundError, "10005")
    checks.equal("an error has its status", error.status_code, 404)
    checks.ok("and its request id", error.response.headers.get("x-request-id"), error.response.headers)
    checks.rejects("no such address", lambda: client.get("/ai/nothing", cast_to=object), NotFoundError)


def all_operations():
    contract = operations(wire_file)
    answered = recorder.answered(contract)
    print(f"{len(answered)} of {len(contract)} operations")
    checks.equal("all were called", [operation for operation in contract if operation not in answered], [])


for part in (
    creating_assistants,
    idempotency_keys,
    changing_assistants,
    deleting_and_restoring,
    variables_from_a_webhook,
    importing_assistants,
    texml,
    chatting,
    text_messages,
    whatsapp,
    enhancing_instructions,
    tags,
    shared_tools,
    tools_of_an_assistant,
    scheduled_events,
    versions,
    canary_deploys,
    tests,
    test_runs,
    test_suites,
    conversations,
    insights,
    integrations_and_connections,
    mcp_servers,
    the_asynchronous_client,
    errors,
    all_operations,
):
    checks.part(part)
print(f"{checks.passed} passed, {checks.failed} failed")
sys.exit(0 if checks.passed and not checks.failed else 1)
