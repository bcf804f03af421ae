//! The auto traits of the types, which the compiler checks: sharing between threads, moving, printing.

use std::fmt::Debug;

use telnyx_ai::assistants::{Assistant, AssistantsApi, ChatStream, MockAssistantsApi};
use telnyx_ai::{
    Body, ByteStream, Call, Client, ClientBuilder, Cursor, Error, EventStream, Pager, Pages, Response, Telnyx,
    TextStream, Transport, TransportError, TransportService,
};

fn is_shared<T: Send + Sync + Debug + ?Sized + 'static>() {}
fn is_sent<T: Send + Unpin + Debug + 'static>() {}
fn is_cloned<T: Clone>() {}

#[test]
fn clients_and_handles_are_shared_between_threads() {
    is_shared::<Client>();
    is_shared::<Telnyx>();
    is_shared::<telnyx_ai::assistants::Assistants>();
    is_shared::<TransportService>();
    is_cloned::<(Client, Telnyx, telnyx_ai::assistants::Assistants, TransportService)>();
}

#[test]
fn results_of_calls_are_shared_between_threads() {
    is_shared::<Assistant>();
    is_shared::<Response<Assistant>>();
    is_shared::<Error>();
    is_shared::<TransportError>();
    is_shared::<Cursor>();
    is_cloned::<(Assistant, Response<Assistant>, Cursor)>();
}

/// They belong to one task, but can move to another one before they are awaited.
#[test]
fn calls_lists_and_streams_are_sent_between_threads() {
    is_sent::<Call<Assistant>>();
    is_sent::<Pager<Assistant>>();
    is_sent::<Pages<Assistant>>();
    is_sent::<ChatStream>();
    is_sent::<EventStream>();
    is_sent::<TextStream>();
    is_sent::<ByteStream>();
    is_sent::<Body>();
    is_sent::<ClientBuilder>();
}

#[test]
fn traits_are_object_safe() {
    fn is_shared_behind<T: Send + Sync + ?Sized>() {}
    is_shared_behind::<dyn AssistantsApi>();
    is_shared_behind::<dyn Transport>();
    is_shared_behind::<MockAssistantsApi>();
}
